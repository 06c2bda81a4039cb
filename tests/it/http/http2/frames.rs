//! [`Frames`]: a client that sends the frames of HTTP/2 as a test wants them.

use super::*;

pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

// The types of frames (RFC 9113, section 6).
pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const WINDOW_UPDATE: u8 = 8;
pub const CONTINUATION: u8 = 9;

pub const END_STREAM: u8 = 1;
pub const ACK: u8 = 1;
pub const END_HEADERS: u8 = 4;

// The codes of errors (section 7).
pub const REFUSED_STREAM: u32 = 7;
pub const CANCEL: u32 = 8;
pub const ENHANCE_YOUR_CALM: u32 = 11;

// The settings (section 6.5.2).
pub const MAX_CONCURRENT_STREAMS: u16 = 3;
pub const INITIAL_WINDOW_SIZE: u16 = 4;

pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u32).to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend_from_slice(payload);
    frame
}

pub fn settings(settings: &[(u16, u32)]) -> Vec<u8> {
    let mut payload = Vec::new();
    for (name, value) in settings {
        payload.extend(name.to_be_bytes());
        payload.extend(value.to_be_bytes());
    }
    frame(SETTINGS, 0, 0, &payload)
}

pub fn reset(stream: u32) -> Vec<u8> {
    frame(RST_STREAM, 0, stream, &CANCEL.to_be_bytes())
}

pub fn ping() -> Vec<u8> {
    frame(PING, 0, 0, b"01234567")
}

/// The head of a POST, in the simplest form that HPACK allows (RFC 7541).
pub fn head(stream: u32, flags: u8) -> Vec<u8> {
    let mut block = vec![0x83, 0x86, 0x84]; // POST, http, /
    for (index, name, value) in [
        (1, "", "localhost"),
        (0, "content-type", "application/json"),
    ] {
        block.push(index);
        if index == 0 {
            block.push(name.len() as u8);
            block.extend_from_slice(name.as_bytes());
        }
        block.push(value.len() as u8);
        block.extend_from_slice(value.as_bytes());
    }
    frame(HEADERS, flags, stream, &block)
}

/// A whole request.
pub fn request(stream: u32, body: &str) -> Vec<u8> {
    let data = frame(DATA, END_STREAM, stream, body.as_bytes());
    [head(stream, END_HEADERS), data].concat()
}

/// A client that sends the frames of HTTP/2 as a test wants them.
pub struct Frames {
    pub stream: TcpStream,
    read: Vec<u8>,
}

#[derive(Debug)]
pub struct Frame {
    pub kind: u8,
    pub flags: u8,
    pub stream: u32,
    pub payload: Vec<u8>,
}

impl Frame {
    /// The code of a reset.
    pub fn code(&self) -> u32 {
        u32::from_be_bytes(self.payload[..4].try_into().unwrap())
    }
}

impl Frames {
    /// Connects, and says these settings.
    pub async fn connect(server: &Running, of_client: &[(u16, u32)]) -> Self {
        let mut frames = Frames::of(server.connect().await.stream);
        frames.send(PREFACE).await;
        frames.send(&settings(of_client)).await;
        frames
    }

    pub fn of(stream: TcpStream) -> Self {
        let read = Vec::new();
        Frames { stream, read }
    }

    pub async fn send(&mut self, bytes: &[u8]) {
        within(self.stream.write_all(bytes)).await.unwrap();
    }

    /// The next frame. `None`: the connection was closed.
    pub async fn next(&mut self) -> Option<Frame> {
        loop {
            if let Some(frame) = self.take() {
                return Some(frame);
            }
            match within(self.stream.read_buf(&mut self.read)).await {
                Ok(0) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    fn take(&mut self) -> Option<Frame> {
        let [a, b, c, kind, flags, stream @ ..] = *self.read.first_chunk::<9>()?;
        let length = u32::from_be_bytes([0, a, b, c]) as usize;
        if self.read.len() < 9 + length {
            return None;
        }
        let rest = self.read.split_off(9 + length);
        let payload = std::mem::replace(&mut self.read, rest).split_off(9);
        let stream = u32::from_be_bytes(stream);
        Some(Frame {
            kind,
            flags,
            stream,
            payload,
        })
    }

    /// The next frame of this type, if it comes before the connection is closed.
    pub async fn next_of(&mut self, kind: u8) -> Option<Frame> {
        loop {
            let frame = self.next().await?;
            if frame.kind == kind {
                return Some(frame);
            }
        }
    }

    /// Waits for the connection to be closed, and returns all frames that come before.
    pub async fn until_closed(&mut self) -> Vec<Frame> {
        let mut frames = Vec::new();
        while let Some(frame) = self.next().await {
            frames.push(frame);
        }
        frames
    }

    /// The body of the response on this stream.
    pub async fn body(&mut self, stream: u32) -> String {
        let mut body = Vec::new();
        loop {
            let frame = self.next_of(DATA).await.expect("no response");
            if frame.stream == stream {
                body.extend(frame.payload);
                if frame.flags & END_STREAM != 0 {
                    return String::from_utf8(body).unwrap();
                }
            }
        }
    }
}
