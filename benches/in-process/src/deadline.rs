//! What a deadline adds to a call over HTTP whose method does not wait. The requests go to the endpoint without a socket.

use std::hint::black_box;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use http::{Request, StatusCode};
use http_body_util::Full;
use measure::rounds::nanoseconds;
use measure::{Form, Metric, OURS, Results, interleaved};
use rpc_http::server::{Endpoint, endpoint};
use serde_json::json;
use tower::Service;
use work::{BenchServer, Implementation, call};

const CASE: &str = "add, as a request of HTTP without a socket";
const WITH_DEADLINE: &str = "rpc, with a deadline";

/// As long as `rpc-timeout-ms`, so that both requests cost the same until the endpoint looks at them.
const OTHER_HEADER: &str = "rpc-another-ms";

/// Measures calls with and without a deadline, in turn.
pub fn take(form: Form, results: &mut Results) {
    let round = Duration::from_millis(form.pick(100, 200));
    let [mut without, mut with] = [OTHER_HEADER, "rpc-timeout-ms"].map(|header| {
        let mut endpoint = endpoint(BenchServer::new(Implementation));
        let body = Bytes::from(call("add", json!([1, 2])).to_string());
        move || nanoseconds(round, || ask(&mut endpoint, header, &body))
    });
    let samples = interleaved(
        form.pick(15, 31),
        &mut [(OURS, &mut without), (WITH_DEADLINE, &mut with)],
    );
    results.record(CASE, &Metric::cost("time", "ns"), &samples);
}

fn ask(endpoint: &mut Endpoint<BenchServer<Implementation>>, header: &'static str, body: &Bytes) {
    let request = Request::post("/")
        .header("host", "localhost")
        .header("content-type", "application/json")
        .header(header, "30000")
        .body(Full::new(body.clone()))
        .expect("the request is valid");
    let response = endpoint.call(black_box(request)).now_or_never();
    let response = response.expect("no method waits").expect("it never fails");
    assert_eq!(response.status(), StatusCode::OK);
}
