package mailgw

import (
	"postern/chat"
	"postern/mailgw/address"
)

// Addresses makes and reads the local parts of our addresses. It implements chat.Addresses.
type Addresses struct{ Keys *address.Keys }

// Reply is the local part of a reply address.
func (a Addresses) Reply(r chat.ReplyAddress) string {
	return a.Keys.Mint(r.Office, uint64(r.Reply), r.Generation)
}

// Return is the local part of a mail's return path, the envelope sender.
func (a Addresses) Return(office, mail chat.ID) string { return a.Keys.MintReturn(office, mail) }

// Reserved says whether a local part has the form of one of ours, by whatever key.
func (a Addresses) Reserved(local string) bool {
	_, err := a.Keys.Parse(local)
	return err == nil || address.IsReturn(local)
}

// Claimed is what the local part of a reply address says.
func (a Addresses) Claimed(local string) (chat.AddressRef, bool) {
	ref, err := a.Keys.Parse(local)
	return chat.AddressRef{Reply: int64(ref.Reply), Generation: ref.Generation}, err == nil
}

// Read verifies a local part as one of the office's.
func (a Addresses) Read(office chat.ID, local string) (chat.AddressRef, bool) {
	if address.IsReturn(local) {
		ref, err := a.Keys.ParseReturn(local)
		if err != nil || !a.Keys.VerifyReturn(office, ref) {
			return chat.AddressRef{}, false
		}
		return chat.AddressRef{Mail: ref.Mail}, true
	}
	ref, err := a.Keys.Parse(local)
	if err != nil || !a.Keys.Verify(office, ref) {
		return chat.AddressRef{}, false
	}
	return chat.AddressRef{Reply: int64(ref.Reply), Generation: ref.Generation}, true
}

// Conceal gives a text with the office's own addresses in it made unusable.
func (a Addresses) Conceal(office chat.ID, text string) string { return a.Keys.Conceal(office, text) }
