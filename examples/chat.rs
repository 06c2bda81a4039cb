//! A chat room: the server calls its clients, through the contract that they serve. Server and clients are in one program.
#![allow(missing_docs)]

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rpc_core::{Peer, rpc};
use rpc_stream::{Client, Socket, serve};

#[rpc(namespace = "room")]
pub trait Room {
    /// From now on, the caller hears what others say.
    async fn join(&self, name: &str, #[rpc(peer)] guest: &GuestClient<Peer>);

    async fn leave(&self, name: &str);

    /// Says something to everybody else, and returns who has heard it.
    async fn say(&self, name: &str, text: &str) -> Vec<String>;
}

/// What the room asks its guests.
#[rpc(namespace = "guest")]
pub trait Guest {
    async fn hear(&self, from: &str, text: &str);
}

#[derive(Default)]
struct Tearoom {
    guests: Mutex<BTreeMap<String, GuestClient<Peer>>>,
}

impl Tearoom {
    fn guests(&self) -> MutexGuard<'_, BTreeMap<String, GuestClient<Peer>>> {
        self.guests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Room for Tearoom {
    async fn join(&self, name: &str, guest: &GuestClient<Peer>) {
        // A clone lives as long as its connection.
        self.guests().insert(name.to_owned(), guest.clone());
    }

    async fn leave(&self, name: &str) {
        self.guests().remove(name);
    }

    async fn say(&self, name: &str, text: &str) -> Vec<String> {
        let mut others = self.guests().clone();
        others.remove(name);
        let mut heard = Vec::new();
        for (other, guest) in others {
            match guest.hear(name, text).await {
                Ok(()) => heard.push(other),
                // Its connection is closed.
                Err(_gone) => drop(self.guests().remove(&other)),
            }
        }
        heard
    }
}

/// Prints what is said.
struct Ear(&'static str);

impl Guest for Ear {
    async fn hear(&self, from: &str, text: &str) {
        println!("{} hears {from}: {text}", self.0);
    }
}

/// A guest of the room at this address.
async fn enter(address: &str, name: &'static str) -> Result<RoomClient<Socket>, Error> {
    let client = Client::builder().service(GuestServer::new(Ear(name)));
    let room = RoomClient::new(client.build(address)?);
    room.join(name).await?;
    Ok(room)
}

type Error = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("tcp://{}", listener.local_addr()?);
    tokio::spawn(serve(listener, RoomServer::new(Tearoom::default())).into_future());

    let ann = enter(&address, "ann").await?;
    let bob = enter(&address, "bob").await?;
    let _cleo = enter(&address, "cleo").await?;
    let heard = ann.say("ann", "tea is ready").await?;
    println!("heard by {}", heard.join(", "));

    ann.leave("ann").await?;
    let heard = bob.say("bob", "where is ann?").await?;
    println!("heard by {}", heard.join(", "));
    Ok(())
}
