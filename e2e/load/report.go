package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"time"
)

// outcome is a run in figures. As JSON it is what --json prints.
type outcome interface {
	String() string // for people, and for the table in docs/benchmarks.md
	verdict() error // what went wrong that must never
}

// report prints an outcome. What went wrong is printed too, and is the error.
func report(o outcome, asJSON bool) (err error) {
	if asJSON {
		err = json.NewEncoder(os.Stdout).Encode(o)
	} else {
		_, err = fmt.Println(o)
	}
	return errors.Join(err, o.verdict())
}

// faults are counted the same way by every kind.
type faults struct {
	Lost       int `json:"lost"`       // acknowledged, and missing on a screen
	Duplicated int `json:"duplicated"` // on a screen more than once
	Reordered  int `json:"reordered"`  // on a screen after a later one
	Errors     int `json:"errors"`     // refused, never answered, or against the protocol
}

func (f faults) String() string {
	if f == (faults{}) {
		return "nothing lost, duplicated, reordered; no errors"
	}
	return fmt.Sprintf("lost %d, duplicated %d, reordered %d, errors %d", f.Lost, f.Duplicated, f.Reordered, f.Errors)
}

// verdict is an error when there was nothing to count, or a fault.
func (f faults) verdict(n int) error {
	if n == 0 || f != (faults{}) {
		return fmt.Errorf("of %d: %s", n, f)
	}
	return nil
}

func ms(ascending []time.Duration, q float64) float64 {
	return round(float64(quantile(ascending, q)) / float64(time.Millisecond))
}

// round keeps two decimals.
func round(x float64) float64 { return math.Round(x*100) / 100 }

// perSecond is a rate.
func perSecond(n int, took time.Duration) float64 {
	if took <= 0 {
		return 0
	}
	return round(float64(n) / took.Seconds())
}

// quantile is the smallest of an ascending list that a share q of it does not exceed (nearest rank); zero of an empty one.
func quantile(ascending []time.Duration, q float64) time.Duration {
	if len(ascending) == 0 {
		return 0
	}
	rank := int(math.Ceil(q * float64(len(ascending))))
	return ascending[min(max(rank, 1), len(ascending))-1]
}

// median of a list in any order.
func median(list []time.Duration) time.Duration {
	return quantile(slices.Sorted(slices.Values(list)), 0.5)
}
