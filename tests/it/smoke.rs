use rpc_core::{CallError, memory};
use serde_json::value::RawValue;

use crate::shop::*;

#[tokio::test]
async fn smoke() {
    let orders = OrdersClient::new(memory::connect(OrdersServer::new(Shop)));
    assert_eq!(orders.place("tea", 2).await.unwrap(), OrderId(5));
    assert!(matches!(
        orders.place("tea", 900).await,
        Err(CallError::Method(OrderError::SoldOut { left: 3 }))
    ));
    orders.seen("p").await.unwrap();
    assert_eq!(
        orders.whoami().header("x-user", "ann").await.unwrap(),
        "ann"
    );
    assert_eq!(
        orders.blocking("a", &["b".into()], None).await.unwrap(),
        "a b orders.blocking None"
    );
    let raw = RawValue::from_string("[1, 2]".into()).unwrap();
    let order = Order {
        id: OrderId(1),
        item: "x\"y".into(),
    };
    let all = orders
        .everything("k\n".into(), &[OrderId(3)], &order, &raw, Some("m"), "s", 7)
        .await
        .unwrap();
    assert_eq!(
        all,
        (
            "k\n".into(),
            1,
            order,
            "[1, 2]".into(),
            Some("m".into()),
            "s".into(),
            7
        )
    );
    assert_eq!(orders.default_body(4).await.unwrap(), 5);
}
