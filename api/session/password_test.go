package session

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"testing"

	"postern/chat"
)

var cheap = Cost{Memory: 64, Passes: 1, Threads: 1}

func TestAPasswordFitsItsOwnHashAlone(t *testing.T) {
	t.Parallel()
	p := NewPasswordsAt(cheap)
	hash, err := p.Hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	again, err := p.Hash(t.Context(), "correct horse")
	if err != nil || hash == again {
		t.Errorf("hashed twice alike: %s, %v", hash, err)
	}
	for _, c := range []struct {
		hash, password string
		fits           bool
	}{
		{hash, "correct horse", true}, {again, "correct horse", true}, {hash, "correct horsf", false}, {hash, "", false},
		{"", "correct horse", false}, {"", "", false},
	} {
		fits, err := p.Verify(t.Context(), c.hash, c.password)
		if err != nil || fits != c.fits {
			t.Errorf("%q for %q: %v, %v", c.password, c.hash, fits, err)
		}
	}
}

func TestTheUsualCostIsWhatOWASPAsksFor(t *testing.T) {
	t.Parallel()
	hash, err := NewPasswords().Hash(t.Context(), "x")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash %s, %v", hash, err)
	}
	if fits, err := NewPasswordsAt(cheap).Verify(t.Context(), hash, "x"); err != nil || !fits {
		t.Errorf("a hash of another cost: %v, %v", fits, err)
	}
}

func TestAccentsFitHoweverTheyAreTyped(t *testing.T) {
	t.Parallel()
	p := NewPasswordsAt(cheap)
	hash, err := p.Hash(t.Context(), "caf\u00e9")
	if err != nil {
		t.Fatal(err)
	}
	if fits, err := p.Verify(t.Context(), hash, "cafe\u0301"); err != nil || !fits {
		t.Errorf("%v, %v", fits, err)
	}
}

func TestHashesThatAreNoneAreErrors(t *testing.T) {
	t.Parallel()
	p := NewPasswordsAt(cheap)
	good, err := p.Hash(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	for _, hash := range []string{
		"x", "$", "$$$$$", "plain", strings.Replace(good, "argon2id", "argon2i", 1), strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=64", "m=4000000000", 1), strings.Replace(good, "m=64", "m=1", 1), strings.Replace(good, "t=1", "t=0", 1),
		strings.Replace(good, "t=1", "t=99", 1), strings.Replace(good, "p=1", "p=0", 1), strings.Replace(good, "p=1", "p=256", 1),
		strings.Replace(good, "m=64", "m=+64", 1), strings.Replace(good, "m=64", "m=064", 1),
		good + "$", good[:len(good)-1], good + "=", strings.Replace(good, "$m", "$ m", 1),
	} {
		if fits, err := p.Verify(t.Context(), hash, "x"); err == nil || fits || chat.KindOf(err) != 0 {
			t.Errorf("%q: %v, %v", hash, fits, err)
		}
	}
}

// FuzzParseHash holds that what is read writes itself again, and costs no more than is bearable.
func FuzzParseHash(f *testing.F) {
	f.Add("$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$$")
	f.Fuzz(func(t *testing.T, s string) {
		h, err := parseHash(s)
		if err == nil && (h.String() != s || !h.cost.bearable()) {
			t.Fatalf("%q was read as %v", s, h)
		}
	})
}

// TestNoMoreAtOnceThanThereAreSlots: the rest waits, up to a full queue, and nobody waits past their context.
func TestNoMoreAtOnceThanThereAreSlots(t *testing.T) {
	t.Parallel()
	p := NewPasswordsAt(cheap)
	for range cap(p.slots) {
		p.queue <- struct{}{}
		p.slots <- struct{}{} // all taken
	}
	ctx, cancel := context.WithCancel(t.Context())
	var waiting sync.WaitGroup
	errs := make(chan error, cap(p.queue))
	for range cap(p.queue) - cap(p.slots) {
		waiting.Go(func() {
			_, err := p.Hash(ctx, "x")
			errs <- err
		})
	}
	for len(p.queue) < cap(p.queue) {
		runtime.Gosched() // until all have come in
	}
	if _, err := p.Verify(t.Context(), "", "x"); chat.KindOf(err) != chat.Unavailable {
		t.Errorf("one too many: %v", err)
	}
	cancel()
	waiting.Wait()
	for range len(errs) {
		if err := <-errs; chat.KindOf(err) != chat.Unavailable {
			t.Errorf("one whose context ended: %v", err)
		}
	}
	for range cap(p.slots) {
		<-p.slots
		<-p.queue
	}
	if _, err := p.Hash(t.Context(), "x"); err != nil {
		t.Errorf("when there is room again: %v", err)
	}
}

// TestTheEmptyHashTakesAsLongAsAny, in work: time itself is too noisy to hold to.
func TestTheEmptyHashTakesAsLongAsAny(t *testing.T) {
	t.Parallel()
	p := NewPasswords()
	if p.dummy.cost != p.cost || len(p.dummy.salt) != saltLength || len(p.dummy.key) != keyLength {
		t.Errorf("the stand-in is %v", p.dummy)
	}
}

func BenchmarkVerify(b *testing.B) {
	p := NewPasswords()
	hash, err := p.Hash(b.Context(), "x")
	if err != nil {
		b.Fatal(err)
	}
	for name, hash := range map[string]string{"known": hash, "unknown": ""} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := p.Verify(b.Context(), hash, "x"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
