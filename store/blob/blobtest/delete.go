package blobtest

import (
	"testing"

	"postern/store/blob"
)

func deletion(t *testing.T, open Open) {
	scenario(t, open, "removes the content of that office alone", func(t *testing.T, b blob.Blobs) {
		content, other := random(1000), random(1000)
		ref := mustPut(t, b, officeA, content)
		mustPut(t, b, officeA, other)
		mustPut(t, b, officeB, content)
		mustDelete(t, b, ref)
		mustLack(t, b, officeA, content)
		mustHold(t, b, officeA, other)
		mustHold(t, b, officeB, content)
		mustBeClean(t, b)
	})
	scenario(t, open, "spares what was put since", func(t *testing.T, b blob.Blobs) {
		content := random(1000)
		ref := mustPut(t, b, officeA, content)
		if err := b.Delete(t.Context(), officeA, ref.Hash, earlier()); err != nil {
			t.Errorf("Delete: %v", err)
		}
		mustHold(t, b, officeA, content)
	})
	scenario(t, open, "what is not there is no error", func(t *testing.T, b blob.Blobs) {
		content := random(1000)
		ref := mustPut(t, b, officeA, content)
		mustDelete(t, b, ref)
		mustDelete(t, b, ref)
	})
	scenario(t, open, "put again after", func(t *testing.T, b blob.Blobs) {
		content := random(1000)
		mustDelete(t, b, mustPut(t, b, officeA, content))
		mustPut(t, b, officeA, content)
		mustHold(t, b, officeA, content)
	})
	scenario(t, open, "sweeping touches no content", func(t *testing.T, b blob.Blobs) {
		content := random(1000)
		mustPut(t, b, officeA, content)
		mustBeClean(t, b)
		mustHold(t, b, officeA, content)
	})
}

func mustDelete(t *testing.T, b blob.Blobs, ref blob.Ref) {
	t.Helper()
	if err := b.Delete(t.Context(), officeA, ref.Hash, later()); err != nil {
		t.Errorf("Delete: %v", err)
	}
}
