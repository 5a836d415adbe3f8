//! Frames of a client in every cut, and what we send read by another's reader.

use proptest::prelude::*;

use super::*;

/// A client's frame, masked.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mask = [1, 2, 3, 4];
    let mut bytes = vec![first];
    match payload.len() {
        short @ 0..126 => bytes.push(MASKED | u8::try_from(short).unwrap()),
        medium @ 126..=65_535 => {
            bytes.push(MASKED | 0x7e);
            bytes.extend(u16::try_from(medium).unwrap().to_be_bytes());
        }
        long => {
            bytes.push(MASKED | 0x7f);
            bytes.extend((long as u64).to_be_bytes());
        }
    }
    bytes.extend(mask);
    bytes.extend(payload.iter().zip(mask.iter().cycle()).map(|(b, m)| b ^ m));
    bytes
}

/// What is heard, neighbouring loads together.
fn hear(pieces: &[&[u8]]) -> Result<Vec<Heard>, Violation> {
    let (mut reader, mut all) = (Reader::default(), vec![]);
    for piece in pieces {
        reader.take(piece, |heard| match (all.last_mut(), heard) {
            (Some(Heard::Load(sum)), Heard::Load(more)) => *sum += more,
            (_, heard) => all.push(heard),
        })?;
    }
    Ok(all)
}

fn violation(bytes: &[u8]) -> CloseCode {
    hear(&[bytes]).unwrap_err().code
}

#[test]
fn loads_are_counted_and_controls_are_understood() {
    let mut bytes = frame(FIN | BINARY, &vec![9; 70_000]);
    bytes.extend(frame(FIN | TEXT, b"{\"AppInfo\":{}}"));
    bytes.extend(frame(FIN | PING, b"now"));
    bytes.extend(frame(FIN | PONG, b"late"));
    bytes.extend(frame(FIN | BINARY, &[]));
    bytes.extend(frame(FIN | BINARY, &[0; 126]));
    bytes.extend(frame(FIN | CLOSE, &1000_u16.to_be_bytes()));
    bytes.extend(frame(FIN | CLOSE, &[]));
    let heard = [
        Heard::Load(70_000),
        Heard::Ping(b"now".to_vec()),
        Heard::Load(126),
        Heard::Close(Some(1000)),
        Heard::Close(None),
    ];
    assert_eq!(hear(&[&bytes]).unwrap(), heard);
}

#[test]
fn a_message_in_pieces_may_have_a_ping_in_between() {
    let mut bytes = frame(BINARY, &[1; 10]);
    bytes.extend(frame(FIN | PING, &[]));
    bytes.extend(frame(CONTINUATION, &[1; 10]));
    bytes.extend(frame(FIN | CONTINUATION, &[1; 10]));
    bytes.extend(frame(FIN | BINARY, &[1]));
    let heard = [Heard::Load(10), Heard::Ping(vec![]), Heard::Load(21)];
    assert_eq!(hear(&[&bytes]).unwrap(), heard);
}

#[test]
fn sixteen_mebibytes_are_taken_and_one_byte_more_is_not() {
    let head = |length: u64| {
        let mut head = vec![FIN | BINARY, MASKED | 0x7f];
        head.extend(length.to_be_bytes());
        head.extend([0; 4]);
        head
    };
    assert_eq!(hear(&[&head(1 << 24)]), Ok(vec![]));
    assert_eq!(violation(&head((1 << 24) + 1)), CloseCode::TooBig);
    assert_eq!(violation(&head(u64::MAX)), CloseCode::TooBig);
    let mut pieces = frame(BINARY, &[0; 200]);
    pieces.extend(head(1 << 24));
    pieces[208] = FIN | CONTINUATION;
    assert_eq!(violation(&pieces), CloseCode::TooBig, "in pieces");
}

#[test]
fn what_the_protocol_forbids_is_refused() {
    let unmasked = [FIN | BINARY, 3, 1, 2, 3];
    let long_ping = frame(FIN | PING, &[0; 126]);
    let split_ping = frame(PING, &[]);
    let mut within = frame(BINARY, &[1]);
    within.extend(frame(FIN | BINARY, &[1]));
    let cases: [&[u8]; 7] = [
        &unmasked,
        &long_ping,
        &split_ping,
        &within,
        &frame(FIN | CONTINUATION, &[]),
        &frame(FIN | 3, &[]),
        &frame(FIN | 0x40 | BINARY, &[]),
    ];
    for bytes in cases {
        assert_eq!(violation(bytes), CloseCode::Protocol, "{bytes:?}");
    }
}

/// Writes a frame out in steps of so many bytes.
fn written(mut frame: Outgoing, step: usize) -> Vec<u8> {
    let mut all = vec![];
    while !frame.is_done() {
        let rest = frame.rest().concat();
        let now = &rest[..step.min(rest.len())];
        all.extend(now);
        frame.advance(now.len());
    }
    all
}

#[test]
fn what_we_send_is_framed_by_its_length() {
    let heads: [(usize, &[u8]); 4] = [
        (5, &[0x82, 5]),
        (126, &[0x82, 126, 0, 126]),
        (65_535, &[0x82, 126, 255, 255]),
        (65_536, &[0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
    ];
    for (length, head) in heads {
        let frame = Outgoing::load(Bytes::from(vec![7; length]));
        let all = written(frame, 1_000);
        assert_eq!(&all[..head.len()], head);
        assert_eq!(all.len(), head.len() + length);
    }
    let close = written(Outgoing::close(CloseCode::Normal, "Done sending"), 3);
    assert_eq!(close, b"\x88\x0e\x03\xe8Done sending");
}

#[test]
fn a_frame_knows_how_much_of_its_load_is_out() {
    let mut frame = Outgoing::load(Bytes::from(vec![7; 200]));
    frame.advance(2);
    assert_eq!(frame.payload_written(), 0);
    frame.advance(12);
    assert_eq!(frame.payload_written(), 10);
    frame.advance(1_000);
    assert_eq!((frame.payload_written(), frame.is_done()), (200, true));
}

proptest! {
    #[test]
    fn where_the_bytes_are_cut_does_not_matter(
        loads in prop::collection::vec(0_usize..300, 1..8),
        cuts in prop::collection::vec(1_usize..40, 1..60),
    ) {
        let mut bytes = vec![];
        for (at, length) in loads.iter().enumerate() {
            bytes.extend(frame(FIN | BINARY, &vec![7; *length]));
            if at % 2 == 0 {
                bytes.extend(frame(FIN | PING, &vec![3; at]));
            }
        }
        let whole = hear(&[&bytes]).unwrap();
        let (mut pieces, mut rest) = (vec![], &bytes[..]);
        for cut in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, left) = rest.split_at((*cut).min(rest.len()));
            pieces.push(piece);
            rest = left;
        }
        prop_assert_eq!(hear(&pieces).unwrap(), whole);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = hear(&[&bytes]);
    }
}
