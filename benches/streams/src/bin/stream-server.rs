//! `stream-server <kind>`: a server that streams, which prints its port and runs until its standard input ends.

fn main() {
    peers::serve::run(streams::servers::KINDS);
}
