package postgres

import (
	"encoding/binary"
	"fmt"

	"github.com/jackc/pgx/v5/pgtype"

	"postern/chat"
)

// registerTypes teaches a connection chat.ID, []chat.ID and [columns], all in the binary form.
func registerTypes(m *pgtype.Map) {
	m.RegisterType(&pgtype.Type{Name: "uuid", OID: pgtype.UUIDOID, Codec: idCodec{}})
	m.RegisterDefaultPgType(chat.ID{}, "uuid")
	m.RegisterDefaultPgType([]chat.ID{}, "_uuid")
	for array, element := range map[uint32]uint32{
		pgtype.UUIDArrayOID: pgtype.UUIDOID, pgtype.TextArrayOID: pgtype.TextOID, pgtype.Int8ArrayOID: pgtype.Int8OID,
		pgtype.TimestamptzArrayOID: pgtype.TimestamptzOID, pgtype.BoolArrayOID: pgtype.BoolOID, pgtype.ByteaArrayOID: pgtype.ByteaOID,
	} {
		known, _ := m.TypeForOID(array)
		of, _ := m.TypeForOID(element)
		m.RegisterType(&pgtype.Type{Name: known.Name, OID: array, Codec: arrayCodec{&pgtype.ArrayCodec{ElementType: of}}})
	}
}

// idCodec is uuid.
type idCodec struct{ pgtype.UUIDCodec }

// PlanEncode is pgtype.Codec's.
func (c idCodec) PlanEncode(m *pgtype.Map, oid uint32, format int16, value any) pgtype.EncodePlan {
	if _, ok := value.(chat.ID); ok {
		if format == pgtype.BinaryFormatCode {
			return encodeID{}
		}
		return encodeIDText{}
	}
	return c.UUIDCodec.PlanEncode(m, oid, format, value)
}

type encodeID struct{}

// Encode is pgtype.EncodePlan's.
func (encodeID) Encode(value any, buf []byte) ([]byte, error) {
	id := value.(chat.ID)
	return append(buf, id[:]...), nil
}

type encodeIDText struct{}

// Encode is pgtype.EncodePlan's.
func (encodeIDText) Encode(value any, buf []byte) ([]byte, error) {
	return append(buf, value.(chat.ID).String()...), nil
}

// PlanScan is pgtype.Codec's. A sql.Scanner is given the bytes themselves, where pgx would give text.
func (c idCodec) PlanScan(m *pgtype.Map, oid uint32, format int16, target any) pgtype.ScanPlan {
	if format == pgtype.BinaryFormatCode {
		switch target.(type) {
		case *chat.ID:
			return scanID{}
		case interface{ Scan(any) error }:
			return scanIDBytes{}
		}
	}
	return c.UUIDCodec.PlanScan(m, oid, format, target)
}

type scanID struct{}

// Scan is pgtype.ScanPlan's. NULL is the zero id.
func (scanID) Scan(src []byte, target any) error {
	id := target.(*chat.ID)
	switch len(src) {
	case 0:
		*id = chat.ID{}
	case len(id):
		copy(id[:], src)
	default:
		return fmt.Errorf("an id of %d bytes", len(src))
	}
	return nil
}

type scanIDBytes struct{}

// Scan is pgtype.ScanPlan's.
func (scanIDBytes) Scan(src []byte, target any) error {
	scanner := target.(interface{ Scan(any) error })
	if src == nil {
		return scanner.Scan(nil)
	}
	return scanner.Scan(src)
}

// arrayCodec is an array that may come as a [column].
type arrayCodec struct{ *pgtype.ArrayCodec }

// PlanEncode is pgtype.Codec's.
func (c arrayCodec) PlanEncode(m *pgtype.Map, oid uint32, format int16, value any) pgtype.EncodePlan {
	if format == pgtype.BinaryFormatCode {
		switch value.(type) {
		case *column:
			return encodeColumn{}
		case []chat.ID:
			return encodeIDs{}
		}
	}
	return c.ArrayCodec.PlanEncode(m, oid, format, value)
}

type encodeColumn struct{}

// Encode is pgtype.EncodePlan's.
func (encodeColumn) Encode(value any, buf []byte) ([]byte, error) {
	return value.(*column).appendTo(buf), nil
}

type encodeIDs struct{}

// Encode is pgtype.EncodePlan's. No ids are an empty array, never NULL.
func (encodeIDs) Encode(value any, buf []byte) ([]byte, error) {
	col := column{element: pgtype.UUIDOID}
	for _, id := range value.([]chat.ID) {
		col.count++
		col.values = append(binary.BigEndian.AppendUint32(col.values, uint32(len(id))), id[:]...)
	}
	return col.appendTo(buf), nil
}
