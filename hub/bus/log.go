package bus

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"
	"github.com/rs/zerolog"
)

// LogThrough sends what go-redis says of its own accord to log, as debug: what an operator needs to know this package says
// itself. It says it through one logger for the whole process, so only who owns the process may call this.
func LogThrough(log zerolog.Logger) { redis.SetLogger(goRedisLog{log}) }

type goRedisLog struct{ log zerolog.Logger }

// Printf is what go-redis asks for.
func (l goRedisLog) Printf(_ context.Context, format string, v ...any) {
	l.log.Debug().Str("said", fmt.Sprintf(format, v...)).Msg("go-redis")
}
