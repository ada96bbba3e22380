package metrics

import (
	"postern/clamd"
	"postern/picture"
)

// WatchPictures reads the maker of small images at every scrape.
func (m *Metrics) WatchPictures(p *picture.Maker) {
	watch(m, p.Stats, counter("pictures_drawn_total", "Images that were made small.", func(s picture.Stats) uint64 { return s.Drawn }))
	m.queues.add(func() []queue {
		s := p.Stats()
		return []queue{{"pictures", "images", float64(s.Waiting), float64(s.Most)}}
	})
}

// WatchScanner reads the virus scanner's client at every scrape.
func (m *Metrics) WatchScanner(c *clamd.Client) {
	watch(m, c.Stats,
		counter("files_clean_total", "Files in which the virus scanner found nothing.", func(s clamd.Stats) uint64 { return s.Clean }),
		counter("files_blocked_total", "Files in which it found something.", func(s clamd.Stats) uint64 { return s.Found }),
		counter("files_unscanned_total", "Files that it could not look at: their downloads were refused.", func(s clamd.Stats) uint64 { return s.Failed }),
	)
	m.queues.add(func() []queue {
		s := c.Stats()
		return []queue{{"virus_scans", "files", float64(s.Scanning), float64(s.Most)}}
	})
}
