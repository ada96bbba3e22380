package chat

import (
	"errors"
	"strings"
	"testing"
)

var allRoles = []Role{Owner, Admin, Staff, Client, ClientStaff, Prospect}

func isStaff(r Role) bool { return r == Owner || r == Admin || r == Staff }

func member(n byte, r Role) *User {
	return &User{Office: ID{1}, ID: ID{2, n}, Role: r, Name: string(r), Active: true, MayMessage: true}
}

func TestRolesHaveOneViewEach(t *testing.T) {
	t.Parallel()
	for _, r := range allRoles {
		want := ContactView
		if isStaff(r) {
			want = StaffView
		}
		if r.View() != want || !r.Valid() {
			t.Errorf("%s: view %d, valid %t", r, r.View(), r.Valid())
		}
	}
	for _, r := range []Role{"", "Owner", "root", "client "} {
		if r.View() != 0 || r.Valid() {
			t.Errorf("%q is taken for a role", r)
		}
	}
}

func TestMayMessage(t *testing.T) {
	t.Parallel()
	if KindOf(mayMessage(nil)) != Forbidden {
		t.Error("nobody may message")
	}
	for _, r := range allRoles {
		for _, active := range []bool{true, false} {
			for _, permitted := range []bool{true, false} {
				u := member(1, r)
				u.Active, u.MayMessage = active, permitted
				if err := mayMessage(u); (err == nil) != (active && permitted) || err != nil && KindOf(err) != Forbidden {
					t.Errorf("%s, active %t, permitted %t: %v", r, active, permitted, err)
				}
			}
		}
	}
}

// TestMayWriteTo goes through every pair of roles, every state of the other, in this office and another.
func TestMayWriteTo(t *testing.T) {
	t.Parallel()
	for _, from := range allRoles {
		a := member(1, from)
		unknown := mayWriteTo(a, nil)
		if KindOf(unknown) != NotFound {
			t.Errorf("%s to nobody: %v", from, unknown)
		}
		for _, to := range allRoles {
			for state := range 8 {
				b := member(2, to)
				b.Active, b.MayMessage = state&1 == 0, state&2 == 0
				if state&4 != 0 {
					b.Office = ID{9}
				}
				err := mayWriteTo(a, b)
				var want Kind
				switch {
				case state&4 != 0, !isStaff(from) && !isStaff(to):
					want = NotFound
				case state&3 != 0:
					want = Conflict
				}
				if KindOf(err) != want {
					t.Errorf("%s to %s, state %03b: %v, want kind %q", from, to, state, err, want)
				}
				if want == NotFound && err.Error() != unknown.Error() {
					t.Errorf("%s to %s, state %03b: %q differs from the answer for nobody", from, to, state, err)
				}
			}
		}
	}
}

func TestMayInvite(t *testing.T) {
	t.Parallel()
	may := map[Role]string{ // whom each role may invite: o(wner) a(dmin) s(taff) c(ontacts)
		Owner: "oasc", Admin: "asc", Staff: "c",
	}
	letter := func(r Role) string {
		if isStaff(r) {
			return string(r)[:1]
		}
		return "c"
	}
	for _, actor := range allRoles {
		for _, role := range append(allRoles, "", "root") {
			for _, active := range []bool{true, false} {
				u := member(1, actor)
				u.Active = active
				err := mayInvite(u, role)
				var want Kind
				switch {
				case !role.Valid():
					want = Invalid
				case !active, !strings.Contains(may[actor], letter(role)):
					want = Forbidden
				}
				if KindOf(err) != want {
					t.Errorf("%s (active %t) invites %q: %v, want kind %q", actor, active, role, err, want)
				}
			}
		}
	}
}

func TestMayRetitle(t *testing.T) {
	t.Parallel()
	for _, r := range allRoles {
		for _, started := range []bool{true, false} {
			u, c := member(1, r), &Conversation{StartedBy: ID{2, 9}}
			if started {
				c.StartedBy = u.ID
			}
			if err := mayRetitle(u, c); (err == nil) != (isStaff(r) || started) || err != nil && KindOf(err) != Forbidden {
				t.Errorf("%s, started %t: %v", r, started, err)
			}
		}
	}
}

// TestSpread goes through every set of up to three recipients: staff, contacts of two accounts, and two of none.
func TestSpread(t *testing.T) {
	t.Parallel()
	kinds := []struct {
		role    Role
		account byte
		stands  int // for which account; 0: none
	}{{Staff, 0, 0}, {Owner, 0, 0}, {Client, 1, 1}, {ClientStaff, 1, 1}, {Client, 2, 2}, {Prospect, 0, 3}, {Client, 0, 4}}
	for first := range kinds {
		for second := range kinds {
			for third := range kinds {
				var to []*User
				accounts := map[int]bool{}
				for _, i := range []int{first, second, third} {
					u := member(byte(10+i), kinds[i].role)
					u.Account = ID{kinds[i].account}
					to = append(to, u)
					if kinds[i].stands > 0 {
						accounts[kinds[i].stands] = true
					}
				}
				for said, want := range map[Spread]Kind{"": Invalid, PrivateEach: Invalid, SharedOne: 0, "broadcast": Invalid} {
					if len(accounts) < 2 && said != "broadcast" {
						want = 0
					}
					if err := spread(to, said); KindOf(err) != want {
						t.Errorf("%d accounts, said %q: %v, want kind %q", len(accounts), said, err, want)
					}
				}
			}
		}
	}
}

// TestEffectiveModeIsNeverLooserThanTheOffice also holds what a mode lets out.
func TestEffectiveModeIsNeverLooserThanTheOffice(t *testing.T) {
	t.Parallel()
	everything := Reveals{Title: true, Body: true, Author: true, Importance: true, FileNames: true, Files: true, Count: true, Answer: true}
	for _, office := range []Mode{0, Privacy, Convenience} {
		for _, account := range []bool{true, false} {
			for _, conversation := range []bool{true, false} {
				open := office == Convenience && !account && !conversation
				want := Reveals{}
				if open {
					want = everything
				}
				if got := LetsOut(EffectiveMode(office, account, conversation)); got != want {
					t.Errorf("office %q, account strict %t, conversation strict %t: lets out %+v", office, account, conversation, got)
				}
			}
		}
	}
}

func TestModesHaveNames(t *testing.T) {
	t.Parallel()
	for _, m := range []Mode{Privacy, Convenience} {
		if got, err := ParseMode(m.String()); got != m || err != nil {
			t.Errorf("%q: %d, %v", m, got, err)
		}
	}
	for _, s := range []string{"", "Privacy", "open", "privacy "} {
		if _, err := ParseMode(s); !errors.Is(err, Refuse(Invalid, "")) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestRights(t *testing.T) {
	t.Parallel()
	for _, r := range allRoles {
		for state := range 4 {
			u := member(1, r)
			u.Active, u.MayMessage = state&1 == 0, state&2 == 0
			messaging := state == 0
			want := Rights{Message: messaging, Start: messaging, Invite: isStaff(r) && u.Active, Settings: r == Owner}
			if got := u.Rights(); got != want || (u.Messaging() == nil) != messaging {
				t.Errorf("%s, state %02b: %+v", r, state, got)
			}
		}
	}
}
