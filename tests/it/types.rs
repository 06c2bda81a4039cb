//! Values that JSON has no type for. On the wire they look the way serde writes them.

use std::time::Duration;

use rpc_core::{code, memory, rpc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::scripted::Script;

/// A day, as `2024-02-29`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl From<Date> for String {
    fn from(Date { year, month, day }: Date) -> Self {
        format!("{year:04}-{month:02}-{day:02}")
    }
}

impl TryFrom<String> for Date {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let date = || {
            let mut parts = text.splitn(3, '-');
            Some(Date {
                year: parts.next()?.parse().ok()?,
                month: parts.next()?.parse().ok()?,
                day: parts.next()?.parse().ok()?,
            })
        };
        date().ok_or_else(|| format!("`{text}` is not a date"))
    }
}

/// An amount in cents, written as `"12.50"`, so that no digit is lost in a binary fraction.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Decimal(i64);

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{}.{:02}", self.0 / 100, self.0 % 100))
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let cents = text.replace('.', "").parse();
        cents.map(Decimal).map_err(serde::de::Error::custom)
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Invoice {
    due: Date,
    amount: Decimal,
    #[serde(with = "milliseconds")]
    took: Duration,
}

/// For a type that is normally written differently.
mod milliseconds {
    use super::*;

    pub fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        duration.as_millis().serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }
}

#[rpc]
trait Invoices {
    async fn invoice(&self, due: Date, amount: Decimal) -> Invoice;
}

struct Office;

impl Invoices for Office {
    async fn invoice(&self, due: Date, amount: Decimal) -> Invoice {
        let took = Duration::from_millis(1500);
        Invoice { due, amount, took }
    }
}

const DUE: Date = Date {
    year: 2024,
    month: 2,
    day: 29,
};

#[tokio::test]
async fn dates_and_decimals_are_written_as_serde_does() {
    let reply =
        r#"{"jsonrpc":"2.0","result":{"due":"2024-02-29","amount":"12.50","took":7},"id":1}"#;
    let script = Script::replies(reply);
    let invoices = InvoicesClient::new(script.client());
    let invoice = invoices.invoice(DUE, Decimal(1250)).await.unwrap();
    assert_eq!((invoice.due, invoice.amount), (DUE, Decimal(1250)));
    assert_eq!(
        script.sent(),
        [r#"{"jsonrpc":"2.0","method":"invoice","params":["2024-02-29","12.50"],"id":1}"#]
    );

    let client = memory::connect(InvoicesServer::new(Office));
    let call = client.call::<_, Invoice>("invoice", ("tomorrow", "1"));
    let error = call.await.unwrap_err();
    let error = error.object().unwrap();
    assert_eq!(error.code(), code::INVALID_PARAMS);
    let said = error.data_as::<String>().unwrap();
    assert_eq!(said, "parameter `due`: `tomorrow` is not a date");
}

#[tokio::test]
async fn a_field_may_have_its_own_serialize_and_deserialize() {
    let client = memory::connect(InvoicesServer::new(Office));
    let message = r#"{"jsonrpc":"2.0","method":"invoice","params":["2024-02-29","12.50"],"id":1}"#;
    let reply = client.send(message).await.unwrap();
    assert_eq!(
        reply.as_deref(),
        Some(
            r#"{"jsonrpc":"2.0","result":{"due":"2024-02-29","amount":"12.50","took":1500},"id":1}"#
        )
    );
    let invoices = InvoicesClient::new(client);
    let invoice = invoices.invoice(DUE, Decimal(7)).await.unwrap();
    assert_eq!(invoice.took, Duration::from_millis(1500));
}
