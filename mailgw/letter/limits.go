package letter

// Limits bound what is read of a letter. All of them are checked before the work
// they bound is done.
type Limits struct {
	Bytes        int // the whole letter
	HeaderBytes  int // the letter's own header
	HeaderFields int // fields in one header
	PartBytes    int // the header of one part
	Depth        int // multiparts within multiparts
	Parts        int // parts of every kind
	Addresses    int // mailboxes of one field, recipients of one report
	References   int // ids kept of References: the first and the newest
	TextBytes    int // text or HTML shown; what is longer is an attachment too
	Hops         int // Received fields
}

// DefaultLimits are what the large servers use or more: Postfix has 102,400 bytes
// of header and a nesting of 100, chasquid 50 hops.
func DefaultLimits() Limits {
	return Limits{
		Bytes:        36 << 20,
		HeaderBytes:  256 << 10,
		HeaderFields: 2000,
		PartBytes:    64 << 10,
		Depth:        100,
		Parts:        1000,
		Addresses:    500,
		References:   100,
		TextBytes:    4 << 20,
		Hops:         50,
	}
}

// Limit names a limit that a letter passed.
type Limit string

const (
	LimitBytes        Limit = "bytes"
	LimitHeaderBytes  Limit = "header_bytes"
	LimitHeaderFields Limit = "header_fields"
	LimitDepth        Limit = "depth"
	LimitParts        Limit = "parts"
	LimitHops         Limit = "hops"
)

// Note names a defect that was repaired or lived with. Notes are for the ledger
// and for operators; they carry nothing that the sender wrote.
type Note string

const (
	NoteMboxLine         Note = "mbox_from_line"
	NoteJunkBefore       Note = "junk_before_header"
	NoteBrokenFold       Note = "broken_fold"
	NoteNoBlankLine      Note = "no_blank_line_after_header"
	NoteNoHeader         Note = "no_header"
	NoteHeaderControls   Note = "control_characters_in_header"
	NoteHeader8Bit       Note = "undeclared_8bit_header"
	NotePartHeaderLong   Note = "part_header_too_long"
	NoteIndentedHeader   Note = "indented_header"
	NoteAddresses        Note = "addresses_left_out"
	NoteReferences       Note = "references_left_out"
	NoteMessageID        Note = "message_id_malformed"
	NoteContentType      Note = "content_type_malformed"
	NoteContentTypes     Note = "content_type_repeated"
	NoteNoBoundary       Note = "boundary_missing"
	NoteGuessedBoundary  Note = "boundary_guessed"
	NoteUnclosed         Note = "multipart_unclosed"
	NoteNoParts          Note = "multipart_without_parts"
	NoteEncodedMultipart Note = "multipart_encoded"
	NoteEncoding         Note = "transfer_encoding_unknown_or_wrong"
	NoteDamaged          Note = "part_damaged"
	NoteCharsetUnknown   Note = "charset_unknown"
	NoteCharsetWrong     Note = "charset_wrong"
	NoteReplaced         Note = "characters_replaced"
	NoteTextCut          Note = "text_cut"
	NoteUuencode         Note = "uuencoded_in_text"
)

// notes collects each Note once, in the order met.
type notes []Note

func (n *notes) add(note Note) {
	for _, have := range *n {
		if have == note {
			return
		}
	}
	*n = append(*n, note)
}
