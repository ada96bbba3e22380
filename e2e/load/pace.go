package main

import (
	"errors"
	"strconv"
)

// pace is how many messages are to be sent a second; zero: as many as will go.
type pace float64

// UnmarshalText reads a number or "max".
func (p *pace) UnmarshalText(text []byte) error {
	if string(text) == "max" {
		*p = 0
		return nil
	}
	n, err := strconv.ParseFloat(string(text), 64)
	if err != nil || !(n >= 0.1 && n <= 1e6) {
		return errors.New("say max, or a number of messages a second")
	}
	*p = pace(n)
	return nil
}
