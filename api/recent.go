package api

import "container/list"

// recent keeps a value for each of a bounded number of keys; the one used least lately is forgotten first. Its owner locks it.
type recent[V any] struct {
	most   int
	places map[counted]*list.Element
	order  *list.List // of kept[V], used last at the front
}

type kept[V any] struct {
	key   counted
	value V
}

func newRecent[V any](most int) *recent[V] {
	return &recent[V]{most: most, places: map[counted]*list.Element{}, order: list.New()}
}

func (r *recent[V]) get(key counted) (value V, ok bool) {
	at, ok := r.places[key]
	if !ok {
		return value, false
	}
	r.order.MoveToFront(at)
	return at.Value.(kept[V]).value, true
}

// put adds what is not there yet.
func (r *recent[V]) put(key counted, value V) {
	if _, ok := r.get(key); ok {
		return
	}
	if len(r.places) >= r.most {
		delete(r.places, r.order.Remove(r.order.Back()).(kept[V]).key)
	}
	r.places[key] = r.order.PushFront(kept[V]{key, value})
}
