package rules

// room is a directory of ours with all below it that is not a room of its own. A package may
// import its own room, the rooms named here, and, but for standard rooms, third-party code.
type room struct {
	dir      string
	imports  []string
	standard bool // standard library only
	// Test files may import these rooms too: a door is tested with what stands behind it.
	tests []string
}

// behind is what makes a use case real in the tests of a door.
var behind = []string{
	"chat", "richtext", "store", "store/postgres", "store/sqlite", "store/migrate", "store/storetest", "store/blob", "picture", "clamd",
}

// rooms is ARCHITECTURE.md, "Who may import whom", and what a comment owns to. What is not said
// here is forbidden.
var rooms = []room{
	{dir: "cmd/postern", imports: []string{
		"chat", "richtext", "store", "store/postgres", "store/sqlite", "store/migrate", "store/blob", "store/archive",
		"hub", "hub/wire", "hub/bus", "mailgw", "mailgw/letter", "mailgw/reply", "mailgw/address", "mailgw/auth",
		"api", "api/session", "static", "metrics", "picture", "clamd",
	}, tests: []string{"store/storetest"}},

	{dir: "api", imports: []string{"chat", "hub", "hub/wire", "api/session"}, tests: append(behind, "hub/bus", "static")},
	{dir: "api/session", imports: []string{"chat"}, tests: behind},

	{dir: "hub", imports: []string{"chat", "hub/wire", "hub/bus"}, tests: behind},
	{dir: "hub/wire", imports: []string{"chat"}},
	// Its tests kill, pause and reshard servers: clusters and Sentinels of their own, which the rig starts.
	{dir: "hub/bus", tests: []string{"e2e"}},

	{dir: "mailgw", imports: []string{"chat", "richtext", "mailgw/letter", "mailgw/reply", "mailgw/address", "mailgw/auth"}, tests: behind},
	// SPF, DKIM and DMARC: beside the letter's parser, which tells what From says.
	{dir: "mailgw/auth", imports: []string{"mailgw/letter", "mailgw/address"}},
	{dir: "mailgw/reply", imports: []string{"mailgw/letter"}},
	{dir: "mailgw/letter"},
	{dir: "mailgw/address"},

	{dir: "store", imports: []string{"chat", "store/postgres", "store/sqlite", "store/archive", "store/migrate"}, tests: []string{"store/storetest"}},
	{dir: "store/postgres", imports: []string{"chat", "store/query", "store/migrate", "store/archive"}, tests: []string{"store/storetest"}},
	{dir: "store/sqlite", imports: []string{"chat", "store/query", "store/migrate", "store/archive"}, tests: []string{"store/storetest"}},
	// Not in the document's table: the statements that both databases take, below both.
	{dir: "store/query", imports: []string{"chat", "store/segment"}, tests: []string{"store/migrate", "store/postgres", "store/sqlite", "store/storetest"}},
	// The form of a backup, between the databases.
	{dir: "store/archive", imports: []string{"chat", "store/query", "store/blob"}, tests: []string{"store", "store/migrate", "store/postgres", "store/sqlite", "store/storetest"}},
	{dir: "store/storetest", imports: []string{"chat", "store/migrate"}},
	{dir: "store/migrate", tests: []string{"store/postgres"}},
	{dir: "store/blob"},
	// The form of a sealed piece of the search's index: bytes, and no database.
	{dir: "store/segment", standard: true},

	// What an operator sees of the rooms, and nobody's way into them: below cmd alone.
	{dir: "metrics", imports: []string{"chat", "hub", "hub/bus", "mailgw", "api/session", "store/postgres", "store/sqlite", "picture", "clamd"}},

	// Its histories are lived on the real stores too.
	{dir: "chat", standard: true, tests: []string{"store/migrate", "store/postgres", "store/sqlite"}},
	{dir: "richtext"},
	// How images look, and what a virus scanner says: seams of chat's, each with what stands behind it.
	{dir: "picture"},
	// Its tests ask a real daemon, which the rig starts.
	{dir: "clamd", tests: []string{"e2e"}},
	{dir: "static"},
	{dir: "e2e", imports: []string{"hub/wire"}},
}
