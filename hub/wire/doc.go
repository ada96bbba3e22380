// Package wire is the language that Postern speaks to its clients: the frames of the WebSocket protocol
// postern.v1 (docs/protocol.md gives their meaning) and the bodies that frames and HTTP answers share.
//
// A body has a form per view, staff or contact, and is made by one function here, whether it travels in a live
// frame, in a resume or in an answer of the API. The TypeScript types of the web client are generated from this
// package (go generate ./hub/wire).
package wire
