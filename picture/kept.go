package picture

import (
	"container/list"
	"sync"
)

// kept are the small images that were asked for last, up to so many bytes.
type kept struct {
	most int

	mu     sync.Mutex
	bytes  int
	byKey  map[[16]byte]*list.Element
	recent *list.List // of entry, the latest first
}

type entry struct {
	key  [16]byte
	jpeg []byte
}

func newKept(most int) kept {
	return kept{most: most, byKey: map[[16]byte]*list.Element{}, recent: list.New()}
}

func (k *kept) get(key [16]byte) ([]byte, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	e := k.byKey[key]
	if e == nil {
		return nil, false
	}
	k.recent.MoveToFront(e)
	return e.Value.(entry).jpeg, true
}

func (k *kept) put(key [16]byte, jpeg []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.byKey[key] != nil {
		return
	}
	k.byKey[key] = k.recent.PushFront(entry{key, jpeg})
	for k.bytes += len(jpeg); k.bytes > k.most; {
		last := k.recent.Remove(k.recent.Back()).(entry)
		delete(k.byKey, last.key)
		k.bytes -= len(last.jpeg)
	}
}
