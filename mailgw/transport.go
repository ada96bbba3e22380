package mailgw

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Transport carries one mail to one recipient. Its error says whether trying again helps: a final [*RefusedError] says no, any other yes.
type Transport interface {
	Send(ctx context.Context, from, to, id string, c Content) (Carried, error)
}

// Carried is what the other side said when it took the mail.
type Carried struct {
	Code    int
	QueueID string // the last word of its answer, as most servers have it
	Peer    string
}

// RefusedError is a refusal by SMTP reply code.
type RefusedError struct {
	Code   int
	Reason string // with the enhanced code, if there was one
	Final  bool   // it is about this mail, and 5xx
	Peer   string
}

// Error gives code and reason.
func (e *RefusedError) Error() string { return fmt.Sprintf("%d %s", e.Code, e.Reason) }

// LostError says that the mail was handed over whole and the answer never came: it may have been taken, and goes twice if it is sent again.
type LostError struct {
	Peer  string
	cause error
}

// Error says so.
func (e *LostError) Error() string { return "the answer to the mail was lost: " + e.cause.Error() }

// Unwrap gives what the network did.
func (e *LostError) Unwrap() error { return e.cause }

// Folder puts each mail into a folder as an .eml file: for a demo, and for looking at what would go out.
type Folder struct{ Dir string }

// Send writes the file whole or not at all. Two lines before the mail say the envelope.
func (f Folder) Send(ctx context.Context, from, to, id string, c Content) (Carried, error) {
	file, err := os.CreateTemp(f.Dir, ".mail-*")
	if err != nil {
		return Carried{}, fmt.Errorf("put mail into folder: %w", err)
	}
	envelope := "X-Envelope-From: " + oneLine(from) + "\r\nX-Envelope-To: " + oneLine(to) + "\r\n"
	out := bufio.NewWriter(file)
	_, err = out.WriteString(envelope)
	err = errors.Join(err, c.write(ctx, out), out.Flush(), file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), filepath.Join(f.Dir, id+".eml"))
	}
	if err != nil {
		return Carried{}, errors.Join(fmt.Errorf("put mail into folder: %w", err), os.Remove(file.Name()))
	}
	return Carried{Code: 250, QueueID: id, Peer: "folder"}, nil
}
