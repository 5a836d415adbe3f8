//! WebSocket frames (RFC 6455) as a measurement server needs them: what a client sends is counted as
//! it comes and thrown away, so that a message of 16 MiB takes no memory, and what we send goes out
//! from one shared buffer without a copy. It must not do I/O.

use bytes::Bytes;
use schoolbeat_wire::NDT7_MAX_MESSAGE_BYTES;

/// Longest payload of a control frame (RFC 6455, 5.5).
const MAX_CONTROL: usize = 125;
/// Longest head of a client's frame: two bytes, eight of length, four of mask.
const MAX_HEAD: usize = 14;

const FIN: u8 = 0x80;
const RESERVED: u8 = 0x70;
const MASKED: u8 = 0x80;

const CONTINUATION: u8 = 0;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// Why we close (RFC 6455, 7.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CloseCode {
    /// The test is over.
    Normal = 1000,
    /// We stop.
    GoingAway = 1001,
    /// The peer does not keep to the protocol.
    Protocol = 1002,
    /// A message that does not belong into this test.
    Unsupported = 1003,
    /// A message beyond 16 MiB.
    TooBig = 1009,
}

/// What a client sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Heard {
    /// So many more bytes of binary messages.
    Load(u64),
    /// It asks for its payload back.
    Ping(Vec<u8>),
    /// It closes, perhaps with a code.
    Close(Option<u16>),
}

/// What a client did that the protocol does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Violation {
    pub code: CloseCode,
    pub what: &'static str,
}

/// Reads a client's frames from the bytes as they come.
#[derive(Debug, Default)]
pub(super) struct Reader {
    head: [u8; MAX_HEAD],
    head_len: usize,
    frame: Option<Frame>,
    /// Kind and size so far of a message whose last frame has not come.
    message: Option<(u8, u64)>,
}

#[derive(Debug)]
struct Frame {
    opcode: u8,
    /// What the payload belongs to: for a continuation, the message's first frame.
    kind: u8,
    mask: [u8; 4],
    remaining: u64,
    control: Vec<u8>,
}

impl Reader {
    /// Takes the next bytes of the connection in and says what they mean.
    pub fn take(&mut self, mut bytes: &[u8], mut hear: impl FnMut(Heard)) -> Result<(), Violation> {
        loop {
            if let Some(frame) = &mut self.frame {
                bytes = frame.take(bytes, &mut hear);
                if frame.remaining > 0 {
                    return Ok(());
                }
                if let Some(heard) = frame.control() {
                    hear(heard);
                }
                self.frame = None;
            }
            let Some((&byte, rest)) = bytes.split_first() else {
                return Ok(());
            };
            self.head[self.head_len] = byte;
            self.head_len += 1;
            bytes = rest;
            if self.head_len >= 2 && self.head_len == head_len(self.head[1]) {
                self.frame = Some(self.begin()?);
                self.head_len = 0;
            }
        }
    }

    /// A whole head has come.
    fn begin(&mut self) -> Result<Frame, Violation> {
        let refused = |code, what| Err(Violation { code, what });
        let (first, second) = (self.head[0], self.head[1]);
        let (is_last, opcode) = (first & FIN != 0, first & 0x0f);
        if first & RESERVED != 0 {
            return refused(CloseCode::Protocol, "a reserved bit is set");
        }
        if second & MASKED == 0 {
            return refused(CloseCode::Protocol, "a client's frame must be masked");
        }
        let length = self.length();
        let mut mask = [0; 4];
        mask.copy_from_slice(&self.head[self.head_len - 4..self.head_len]);
        let kind = match opcode {
            CLOSE | PING | PONG if length > MAX_CONTROL as u64 || !is_last => {
                return refused(CloseCode::Protocol, "a control frame is too long");
            }
            CLOSE | PING | PONG => opcode,
            TEXT | BINARY | CONTINUATION => self.continue_message(opcode, is_last, length)?,
            _ => return refused(CloseCode::Protocol, "an unknown kind of frame"),
        };
        Ok(Frame {
            opcode,
            kind,
            mask,
            remaining: length,
            control: vec![],
        })
    }

    fn length(&self) -> u64 {
        let long = &self.head[2..self.head_len - 4];
        match self.head[1] & 0x7f {
            126 | 127 => long.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
            short => u64::from(short),
        }
    }

    fn continue_message(
        &mut self,
        opcode: u8,
        is_last: bool,
        length: u64,
    ) -> Result<u8, Violation> {
        let refused = |code, what| Err(Violation { code, what });
        let (kind, before) = match (opcode, self.message) {
            (CONTINUATION, Some(message)) => message,
            (CONTINUATION, None) => {
                return refused(CloseCode::Protocol, "nothing to be continued");
            }
            (_, Some(_)) => {
                return refused(CloseCode::Protocol, "a message within another");
            }
            (_, None) => (opcode, 0),
        };
        let size = length.saturating_add(before);
        if size > NDT7_MAX_MESSAGE_BYTES as u64 {
            return refused(CloseCode::TooBig, "a message has more than 16 MiB");
        }
        self.message = (!is_last).then_some((kind, size));
        Ok(kind)
    }
}

/// How long a head is, by its second byte.
fn head_len(second: u8) -> usize {
    let mask = if second & MASKED == 0 { 0 } else { 4 };
    match second & 0x7f {
        126 => 4 + mask,
        127 => 10 + mask,
        _ => 2 + mask,
    }
}

impl Frame {
    /// Takes what belongs to this frame and returns the rest.
    fn take<'a>(&mut self, bytes: &'a [u8], hear: &mut impl FnMut(Heard)) -> &'a [u8] {
        let length = usize::try_from(self.remaining).unwrap_or(usize::MAX);
        let (own, rest) = bytes.split_at(length.min(bytes.len()));
        self.remaining -= own.len() as u64;
        if self.opcode >= CLOSE {
            for byte in own {
                let mask = self.mask[self.control.len() % 4];
                self.control.push(byte ^ mask);
            }
        } else if self.kind == BINARY && !own.is_empty() {
            // What a load holds is nobody's business: it is not even unmasked.
            hear(Heard::Load(own.len() as u64));
        }
        rest
    }

    /// What a whole control frame says.
    fn control(&mut self) -> Option<Heard> {
        let payload = std::mem::take(&mut self.control);
        match self.opcode {
            PING => Some(Heard::Ping(payload)),
            CLOSE => Some(Heard::Close(match payload[..] {
                [high, low, ..] => Some(u16::from_be_bytes([high, low])),
                _ => None,
            })),
            _ => None,
        }
    }
}

/// A frame on its way out. It borrows nothing: the payload is shared.
#[derive(Debug, Clone)]
pub(super) struct Outgoing {
    head: [u8; 10],
    head_len: usize,
    payload: Bytes,
    written: usize,
}

impl Outgoing {
    fn new(opcode: u8, payload: Bytes) -> Self {
        let mut head = [0; 10];
        head[0] = FIN | opcode;
        let length = payload.len();
        let head_len = if let Ok(short @ 0..126) = u8::try_from(length) {
            head[1] = short;
            2
        } else if let Ok(medium) = u16::try_from(length) {
            head[1] = 126;
            head[2..4].copy_from_slice(&medium.to_be_bytes());
            4
        } else {
            head[1] = 127;
            head[2..10].copy_from_slice(&(length as u64).to_be_bytes());
            10
        };
        Self {
            head,
            head_len,
            payload,
            written: 0,
        }
    }

    /// Load for the line.
    pub fn load(payload: Bytes) -> Self {
        Self::new(BINARY, payload)
    }

    /// A measurement.
    pub fn text(text: String) -> Self {
        Self::new(TEXT, text.into())
    }

    /// The answer to a ping.
    pub fn pong(payload: Vec<u8>) -> Self {
        Self::new(PONG, payload.into())
    }

    /// The end, and why.
    pub fn close(code: CloseCode, why: &str) -> Self {
        let mut payload = (code as u16).to_be_bytes().to_vec();
        payload.extend(why.bytes().take(MAX_CONTROL - 2));
        Self::new(CLOSE, payload.into())
    }

    /// What is still to be written: of the head, and of the payload.
    pub fn rest(&self) -> [&[u8]; 2] {
        let head = &self.head[self.written.min(self.head_len)..self.head_len];
        let payload = &self.payload[self.written.saturating_sub(self.head_len)..];
        [head, payload]
    }

    /// So much of it was written.
    pub fn advance(&mut self, written: usize) {
        self.written = (self.written + written).min(self.len());
    }

    /// Whether it carries load.
    pub fn is_load(&self) -> bool {
        self.head[0] == FIN | BINARY
    }

    /// Whether it is the end.
    pub fn is_close(&self) -> bool {
        self.head[0] == FIN | CLOSE
    }

    /// Whether all of it was written.
    pub fn is_done(&self) -> bool {
        self.written == self.len()
    }

    /// Bytes of payload that were written.
    pub fn payload_written(&self) -> u64 {
        self.written.saturating_sub(self.head_len) as u64
    }

    fn len(&self) -> usize {
        self.head_len + self.payload.len()
    }
}

#[cfg(test)]
mod tests;
