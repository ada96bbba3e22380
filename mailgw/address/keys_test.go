package address

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

var (
	office  = [16]byte{1, 2, 3}
	another = [16]byte{1, 2, 4}
	mailID  = [16]byte{9, 8, 7, 6, 5}
)

func secret(b byte) []byte { return bytes.Repeat([]byte{b}, MinSecret) }

func keys(t testing.TB, current uint8, ids ...uint8) *Keys {
	t.Helper()
	secrets := make(map[uint8][]byte)
	for _, id := range ids {
		secrets[id] = secret(id)
	}
	k, err := NewKeys(current, secrets)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// accepted is the question the gateway asks.
func accepted(k *Keys, office [16]byte, local string) bool {
	ref, err := k.Parse(local)
	return err == nil && k.Verify(office, ref)
}

func acceptedReturn(k *Keys, office [16]byte, local string) bool {
	ref, err := k.ParseReturn(local)
	return err == nil && k.VerifyReturn(office, ref)
}

func TestNewKeysRefuses(t *testing.T) {
	t.Parallel()
	if _, err := NewKeys(2, map[uint8][]byte{1: secret(1)}); err == nil {
		t.Error("a current key without a secret was taken")
	}
	if _, err := NewKeys(1, map[uint8][]byte{1: secret(1)[1:]}); err == nil {
		t.Error("a short secret was taken")
	}
}

func TestReplyAddressSaysWhatItWasMintedFor(t *testing.T) {
	t.Parallel()
	k := keys(t, 7, 7)
	local := k.Mint(office, 0xfedcba9876543210, 513)
	if len(local) != 34 || local != strings.ToLower(local) {
		t.Fatalf("%q: want 34 lower-case characters", local)
	}
	ref, err := k.Parse(local)
	if err != nil || ref.Reply != 0xfedcba9876543210 || ref.Generation != 513 || ref.Key != 7 {
		t.Fatalf("%q parsed as %v, %v", local, ref, err)
	}
	if !k.Verify(office, ref) {
		t.Error("does not verify")
	}
	if k.Verify(another, ref) {
		t.Error("verifies for another office")
	}
	if strings.Contains(fmt.Sprintf("%v %+v %s", ref, ref, ref), fmt.Sprint(ref.mac)) {
		t.Error("the MAC shows when printed")
	}
}

func TestReturnPathSaysWhatItWasMintedFor(t *testing.T) {
	t.Parallel()
	k := keys(t, 7, 7)
	local := k.MintReturn(office, mailID)
	if len(local) != 46 || !IsReturn(local) || !IsReturn(strings.ToUpper(local)) {
		t.Fatalf("%q: want the marker and 44 characters", local)
	}
	ref, err := k.ParseReturn(local)
	if err != nil || ref.Mail != mailID || ref.Key != 7 {
		t.Fatalf("%q parsed as %v, %v", local, ref, err)
	}
	if !k.VerifyReturn(office, ref) || k.VerifyReturn(another, ref) {
		t.Error("verifies for the wrong office, or not for its own")
	}
}

// TestDeviationsAreRefused changes one address in every single way of a kind. Its
// premise, that the address itself passes, comes first (S14).
func TestDeviationsAreRefused(t *testing.T) {
	t.Parallel()
	k := keys(t, 1, 1, 2)
	kinds := map[string]struct {
		local string
		ok    func(string) bool
	}{
		"reply":  {k.Mint(office, 42, 3), func(s string) bool { return accepted(k, office, s) }},
		"return": {k.MintReturn(office, mailID), func(s string) bool { return acceptedReturn(k, office, s) }},
	}
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !kind.ok(kind.local) || !kind.ok(strings.ToUpper(kind.local)) {
				t.Fatalf("%q or its upper case is refused", kind.local)
			}
			for _, changed := range deviations(kind.local) {
				if kind.ok(changed) {
					t.Errorf("%q passes as %q", changed, kind.local)
				}
			}
		})
	}
}

// deviations lists each flipped bit of the text (but for the one that is case),
// each other character in each place, truncations, additions and insertions.
func deviations(local string) []string {
	all := []string{"", local + "a", local + "=", local + "======", "a" + local, local + "\r\n", local + ".", local + "+x"}
	for i := range len(local) {
		all = append(all, local[:i], local[i+1:], local[:i]+"\n"+local[i:], local[:i]+"ſ"+local[i+1:])
		for c := range 256 {
			changed := local[:i] + string([]byte{byte(c)}) + local[i+1:]
			if !strings.EqualFold(changed, local) {
				all = append(all, changed)
			}
		}
	}
	return all
}

func TestFoldingIsOfLettersAlone(t *testing.T) {
	t.Parallel()
	k := keys(t, 1, 1)
	for reply := uint64(0); ; reply++ {
		local := k.Mint(office, reply, 1)
		if !strings.Contains(local, "k") {
			continue
		}
		if !accepted(k, office, local) {
			t.Fatal("the address itself is refused")
		}
		if accepted(k, office, strings.ReplaceAll(local, "k", "\u212a")) {
			t.Error("the Kelvin sign passes as a k")
		}
		return
	}
}

func TestOneKindIsNotTheOther(t *testing.T) {
	t.Parallel()
	k := keys(t, 1, 1)
	if acceptedReturn(k, office, k.Mint(office, 1, 1)) || accepted(k, office, k.MintReturn(office, mailID)) {
		t.Error("a reply address and a return path pass for each other")
	}
	// The same bytes under the other label.
	m, _ := k.seal(1, returnLabel, office, Ref{Reply: 1, Key: 1}.fields())
	if k.Verify(office, Ref{Reply: 1, Key: 1, mac: m}) {
		t.Error("a MAC of the other label passes")
	}
}

func TestKeysRotate(t *testing.T) {
	t.Parallel()
	old := keys(t, 1, 1)
	rotated := keys(t, 2, 1, 2)
	dropped := keys(t, 2, 2)
	local := old.Mint(office, 5, 1)
	if !accepted(rotated, office, local) {
		t.Error("an address of the key before is refused while that key is held")
	}
	if accepted(dropped, office, local) {
		t.Error("an address of a dropped key passes")
	}
	if accepted(old, office, rotated.Mint(office, 5, 1)) {
		t.Error("an address of an unknown key passes")
	}
}

func TestKeysKeepTheirOwnCopy(t *testing.T) {
	t.Parallel()
	mine := secret(1)
	k, err := NewKeys(1, map[uint8][]byte{1: mine})
	if err != nil {
		t.Fatal(err)
	}
	before := k.Mint(office, 1, 1)
	clear(mine)
	if k.Mint(office, 1, 1) != before {
		t.Error("the caller's slice is still in use")
	}
}

func FuzzReply(f *testing.F) {
	f.Add(uint64(0), uint16(0), uint16(0), "")
	f.Add(uint64(1<<63), uint16(65535), uint16(167), "abcdefghijklmnopqrstuvwxyz234567ab")
	k := keys(f, 3, 3, 4)
	f.Fuzz(func(t *testing.T, reply uint64, generation, bit uint16, foreign string) {
		local := k.Mint(office, reply, generation)
		for _, spelled := range []string{local, strings.ToUpper(local), strings.ToTitle(local[:9]) + local[9:]} {
			if !accepted(k, office, spelled) {
				t.Fatalf("%q is refused", spelled)
			}
		}
		raw, err := encoding.DecodeString(local)
		if err != nil {
			t.Fatal(err)
		}
		raw[int(bit/8)%len(raw)] ^= 1 << (bit % 8)
		if accepted(k, office, encoding.EncodeToString(raw)) {
			t.Fatalf("passes with bit %d flipped", bit)
		}
		refuseForeign(t, k, foreign)
	})
}

// refuseForeign holds that text nobody minted passes nowhere and that what parses
// has one spelling.
func refuseForeign(t *testing.T, k *Keys, foreign string) {
	if accepted(k, office, foreign) || acceptedReturn(k, office, foreign) {
		t.Fatalf("%q passes", foreign)
	}
	if ref, err := k.Parse(foreign); err == nil {
		if again := encoding.EncodeToString(append(ref.fields(), ref.mac[:]...)); !strings.EqualFold(again, foreign) {
			t.Fatalf("%q and %q are one address", foreign, again)
		}
	}
}

func FuzzReturn(f *testing.F) {
	f.Add([]byte("0123456789abcdef"), uint16(5))
	k := keys(f, 3, 3)
	f.Fuzz(func(t *testing.T, id []byte, bit uint16) {
		var mail [16]byte
		copy(mail[:], id)
		local := k.MintReturn(office, mail)
		ref, err := k.ParseReturn(strings.ToUpper(local))
		if err != nil || ref.Mail != mail || !k.VerifyReturn(office, ref) {
			t.Fatalf("%q is read as %v, %v", local, ref, err)
		}
		raw, err := encoding.DecodeString(local[len(returnMarker):])
		if err != nil {
			t.Fatal(err)
		}
		raw[int(bit/8)%len(raw)] ^= 1 << (bit % 8)
		if acceptedReturn(k, office, returnMarker+encoding.EncodeToString(raw)) {
			t.Fatalf("passes with bit %d flipped", bit)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	k := keys(b, 3, 3)
	ref, err := k.Parse(k.Mint(office, 1, 1))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if !k.Verify(office, ref) {
			b.Fatal("refused")
		}
	}
}
