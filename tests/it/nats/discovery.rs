//! What the tools of NATS see of a worker: ADR-32.

use futures_util::StreamExt;
use serde_json::{Value, json};

use super::*;

async fn ask(nats: &async_nats::Client, subject: &str) -> Value {
    let reply = within(nats.request(subject.to_owned(), "".into()))
        .await
        .unwrap();
    serde_json::from_slice(&reply.payload).unwrap()
}

#[tokio::test]
async fn a_worker_tells_what_it_serves() {
    let server = Server::start().await;
    let set_up = |serve: Serve<_>| {
        let serve = serve.name("works of art").version("1.2.3").queue_group("a");
        serve.description("Art.").metadata("region", "north")
    };
    let _worker = Worker::with(server.connect().await, set_up).await;
    let nats = server.connect().await;
    let info = ask(&nats, "$SRV.INFO.works_of_art").await;
    let id = info["id"].as_str().unwrap().to_owned();
    assert_eq!(info["type"], "io.nats.micro.v1.info_response");
    assert_eq!(info["name"], "works_of_art");
    assert_eq!(info["version"], "1.2.3");
    assert_eq!(info["description"], "Art.");
    assert_eq!(info["metadata"], json!({ "region": "north" }));
    let endpoints = info["endpoints"].as_array().unwrap();
    let endpoint = |name: &str| endpoints.iter().find(|it| it["name"] == name).unwrap();
    assert_eq!(endpoint("text_echo")["subject"], "works.text.echo");
    assert_eq!(
        endpoint("text_echo")["metadata"],
        json!({ "method": "text.echo" })
    );
    let names: Vec<_> = endpoints.iter().map(|it| &it["name"]).collect();
    assert!(
        !names.contains(&&json!("odd__")),
        "its name does not fit into a subject: {names:?}"
    );
    assert_eq!(endpoint("batch")["subject"], "works");
    assert_eq!(endpoint("note")["metadata"]["notification"], "true");
    assert!(endpoints.iter().all(|it| it["queue_group"] == "a"));

    let ping = ask(&nats, &format!("$SRV.PING.works_of_art.{id}")).await;
    let expected = json!({
        "type": "io.nats.micro.v1.ping_response", "name": "works_of_art", "id": id,
        "version": "1.2.3", "metadata": { "region": "north" },
    });
    assert_eq!(ping, expected);
}

#[tokio::test]
async fn a_worker_counts_its_calls() {
    let server = Server::start().await;
    let worker = Worker::with(server.connect().await, |serve| serve.max_in_flight(1)).await;
    let nats = server.connect().await;
    let works = client(&server).await;
    for number in 0..3 {
        within(works.take(number)).await.unwrap();
    }
    within(works.fail()).await.unwrap_err();
    let waiting = tokio::spawn(works.gate().into_future());
    worker.watch.until_begun(1).await;
    within(works.take(9)).await.unwrap_err();
    worker.watch.gate.add_permits(1);
    within(waiting).await.unwrap().unwrap();

    let stats = ask(&nats, "$SRV.STATS.works").await;
    assert_eq!(stats["type"], "io.nats.micro.v1.stats_response");
    assert!(stats["started"].as_str().unwrap().ends_with('Z'));
    let endpoints = stats["endpoints"].as_array().unwrap();
    let endpoint = |name: &str| endpoints.iter().find(|it| it["name"] == name).unwrap();
    let counted = |name: &str| {
        let endpoint = endpoint(name);
        (
            endpoint["num_requests"].as_u64(),
            endpoint["num_errors"].as_u64(),
        )
    };
    assert_eq!(counted("take"), (Some(4), Some(1)));
    assert_eq!(endpoint("take")["last_error"], "busy");
    assert_eq!(counted("fail"), (Some(1), Some(1)));
    assert_eq!(endpoint("fail")["last_error"], "1001: broken");
    assert_eq!(counted("big"), (Some(0), Some(0)));
    let took = endpoint("take")["processing_time"].as_u64().unwrap();
    assert!(took > 0);
    assert_eq!(
        endpoint("take")["average_processing_time"].as_u64(),
        Some(took / 4)
    );
}

#[tokio::test]
async fn each_worker_answers_and_none_that_stops() {
    let server = Server::start().await;
    let nats = server.connect().await;
    let mut one = Worker::start(&server).await;
    let _two = Worker::start(&server).await;
    let mut workers = 2;
    for expected in [2, 1] {
        within(async {
            loop {
                let inbox = nats.new_inbox();
                let mut answers = nats.subscribe(inbox.clone()).await.unwrap();
                nats.publish_with_reply("$SRV.PING", inbox, "".into())
                    .await
                    .unwrap();
                workers = 0;
                let pause = Duration::from_millis(200);
                while let Ok(Some(_)) = tokio::time::timeout(pause, answers.next()).await {
                    workers += 1;
                }
                if workers == expected {
                    return;
                }
            }
        })
        .await;
        if let Some(stop) = one.stop.take() {
            stop.send(()).unwrap();
        }
    }
    assert_eq!(workers, 1);
}

#[tokio::test]
async fn discovery_can_be_turned_off() {
    let server = Server::start().await;
    let _worker = Worker::with(server.connect().await, |serve| serve.discovery(false)).await;
    let nats = server.connect().await;
    let error = within(nats.request("$SRV.PING", "".into()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), async_nats::RequestErrorKind::NoResponders);
}
