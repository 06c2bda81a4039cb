//! The data of an event.

/// Writes the data of an event, and ends the event.
pub(super) fn write_data(events: &mut Vec<u8>, message: &[u8]) {
    match has_line_end(message) {
        false => write_line(events, message),
        // Inside a message, a line end is white space. Raw JSON in an item may have some.
        true => message
            .split(|byte| is_line_end(*byte))
            .for_each(|line| write_line(events, line)),
    }
    events.push(b'\n');
}

fn write_line(events: &mut Vec<u8>, line: &[u8]) {
    events.extend_from_slice(b"data: ");
    events.extend_from_slice(line);
    events.push(b'\n');
}

/// Without a branch for each byte, so that the compiler looks at many at once.
fn has_line_end(message: &[u8]) -> bool {
    let has = |part: &[u8]| part.iter().fold(false, |has, it| has | is_line_end(*it));
    message.chunks(256).any(has)
}

fn is_line_end(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_becomes_an_event() {
        for (message, event) in [
            ("{}", "data: {}\n\n"),
            ("[1,\n2]", "data: [1,\ndata: 2]\n\n"),
            ("[1,\r\n2]", "data: [1,\ndata: \ndata: 2]\n\n"),
        ] {
            let mut events = Vec::new();
            write_data(&mut events, message.as_bytes());
            assert_eq!(String::from_utf8_lossy(&events), event);
        }
    }
}
