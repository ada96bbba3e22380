package query

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"postern/chat"
)

// Fold is how text is compared without case. It is done here, because the databases fold differently. It makes U+FFFD of broken
// UTF-8, which is to be refused before.
func Fold(s string) string { return strings.ToLower(s) }

// maxWords bounds what one user may add to user_words, and one search may ask for.
const maxWords = 24

// Words are what the directory finds somebody by: the words of the name, whole and cut at punctuation (anne-marie,
// anne, marie), and the address; folded, each once.
func Words(name, email string) []string {
	var words []string
	seen := map[string]bool{}
	add := func(word string) {
		if word != "" && !seen[word] && len(words) < maxWords {
			seen[word] = true
			words = append(words, word)
		}
	}
	add(Fold(email))
	for _, word := range strings.Fields(Fold(name)) {
		add(word)
		for _, part := range strings.FieldsFunc(word, isPunctuation) {
			add(part)
		}
	}
	return words
}

func isPunctuation(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
}

func (w *Writer) putWords(ctx context.Context, u *chat.User) error {
	err := w.exec(ctx, "put words", `DELETE FROM user_words WHERE office_id = $1 AND user_id = $2`, u.Office, u.ID)
	if err != nil {
		return err
	}
	args := []any{u.Office, u.ID}
	var values []string
	for _, word := range Words(u.Name, u.Email) {
		args = append(args, word)
		values = append(values, fmt.Sprintf("($1, $%d, $2)", len(args)))
	}
	if len(values) == 0 {
		return nil
	}
	return w.exec(ctx, "put words", `INSERT INTO user_words (office_id, word, user_id) VALUES `+strings.Join(values, ", "), args...)
}

// listedColumns are of users AS u. The account is looked up for each of them, however few the database believes there are.
const listedColumns = UserColumns + `, COALESCE((SELECT a.name FROM accounts AS a WHERE a.office_id = u.office_id AND a.id = u.account_id), '')`

func scanListed(rows Rows, l *chat.Listed) error {
	return ScanUserAnd(rows, &l.User, &l.AccountName)
}

// People is chat.Reader's. Somebody is found when every word of the prefix begins one of theirs.
//
// The words are walked in their own order until the limit is reached, so that one letter among
// 50,000 people costs no more than a whole name; those found are then put in the order of their names. IS TRUE keeps an index over the
// words away from where the few words of one person are looked at.
func (r *Reader) People(ctx context.Context, q chat.PeopleQuery) ([]chat.Listed, error) {
	if !Keepable(q.Prefix) {
		return nil, Unkeepable()
	}
	if q.Among != nil {
		return All(ctx, r.db, "people", scanListed, `
			SELECT `+listedColumns+`
			FROM users AS u
			WHERE (u.office_id = $1) IS TRUE AND `+r.d.In("u.id", "$2")+` ORDER BY u.name, u.id LIMIT $3`, q.Office, q.Among, q.Limit)
	}
	prefixes := strings.Fields(Fold(q.Prefix))
	if len(prefixes) > maxWords {
		return nil, nil
	}
	args := []any{q.Office, q.Except, q.Limit}
	who := `u.id <> $2 AND u.role IN (` + roles(q.Views) + `) AND `
	if q.Deactivated {
		who += `NOT `
	}
	who += `u.active`
	if len(prefixes) == 0 {
		if q.AfterName != "" {
			who, args = who+` AND (u.name, u.id) > ($4, $5)`, append(args, q.AfterName, q.AfterID)
		}
		return All(ctx, r.db, "people", scanListed, `
			SELECT `+listedColumns+`
			FROM users AS u
			WHERE u.office_id = $1 AND `+who+` ORDER BY u.name, u.id LIMIT $3`, args...)
	}
	lead, err := r.rarest(ctx, q.Office, prefixes)
	if err != nil {
		return nil, err
	}
	args = append(args, prefixes[lead])
	found, first := `w.office_id = $1 AND `+begins("w.word", "$4")+named(q, "w"), `(v.word >= $4 AND v.word < w.word) IS TRUE`+named(q, "v")
	for i, prefix := range prefixes {
		if i == lead {
			continue
		}
		found += ` AND EXISTS (SELECT 1 FROM user_words AS v WHERE v.office_id = $1 AND v.user_id = w.user_id AND (` +
			begins("v.word", next(args)) + `) IS TRUE` + named(q, "v") + `)`
		args = append(args, prefix)
	}
	return All(ctx, r.db, "people", scanListed, `
		SELECT `+listedColumns+`
		FROM (
			SELECT w.user_id AS id
			FROM user_words AS w JOIN users AS u ON u.id = w.user_id AND (u.office_id = w.office_id) IS TRUE
			WHERE `+found+` AND `+who+`
			AND NOT EXISTS (SELECT 1 FROM user_words AS v WHERE v.office_id = $1 AND v.user_id = w.user_id
				AND `+first+`)
			ORDER BY w.word, w.user_id LIMIT $3
		) AS found
		JOIN users AS u ON u.id = found.id AND (u.office_id = $1) IS TRUE
		ORDER BY u.name, u.id`, args...)
}

// named says, if only names are asked for, that a row of user_words is not the address of its user, u.
func named(q chat.PeopleQuery, words string) string {
	if !q.NamesOnly {
		return ""
	}
	return ` AND ` + words + `.word <> u.email_folded`
}

// begins says that a word begins with a parameter, in the order of code points, so that an index serves. U+10FFFF is no
// character: nothing that begins with the prefix comes after it.
func begins(word, param string) string {
	return word + ` >= ` + param + ` AND ` + word + ` < ` + param + ` || '` + string(unicode.MaxRune) + `'`
}

// manyWords is as far as words are counted.
const manyWords = 1000

// rarest gives the prefix that fewest words begin with: it leads the walk, and the others are looked up person by person.
func (r *Reader) rarest(ctx context.Context, office chat.ID, prefixes []string) (at int, err error) {
	if len(prefixes) == 1 {
		return 0, nil
	}
	least := int64(manyWords + 1)
	for i, prefix := range prefixes {
		n, err := One(ctx, r.db, "words", scanNumber, `
			SELECT count(*) FROM (
				SELECT 1 FROM user_words AS w WHERE w.office_id = $1 AND `+begins("w.word", "$2")+` LIMIT $3
			) AS counted`, office, prefix, manyWords)
		if err != nil {
			return 0, err
		}
		if *n < least {
			at, least = i, *n
		}
	}
	return at, nil
}

func roles(views []chat.View) string {
	names := []string{"''"}
	for _, role := range []chat.Role{chat.Owner, chat.Admin, chat.Staff, chat.Client, chat.ClientStaff, chat.Prospect} {
		for _, v := range views {
			if role.View() == v {
				names = append(names, "'"+string(role)+"'")
			}
		}
	}
	return strings.Join(names, ", ")
}
