package session

import (
	"context"

	"postern/chat"
)

// Asker is who is signed in: the actor for chat, and the user as of this request.
type Asker struct {
	chat.Actor
	User *chat.User
}

type askerKey struct{}

// With gives a context that carries who is asking.
func With(ctx context.Context, a Asker) context.Context { return context.WithValue(ctx, askerKey{}, a) }

// Of is who is asking; false: nobody is signed in.
func Of(ctx context.Context) (Asker, bool) {
	a, ok := ctx.Value(askerKey{}).(Asker)
	return a, ok
}
