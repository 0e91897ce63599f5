//! JSON on arbitrary bytes: the reader beside serde_json, and generated types: what is read is written and read again,
//! and Serde's traits read the same.
#![no_main]

#[path = "../../../runtime/tests/json_reading/judge.rs"]
mod judge;

use std::fmt::Debug;

use lavka::{digiseller, fileflare, insales_digital, qnits};
use lavka_runtime::json::{self, FromJson, ToJson};
use libfuzzer_sys::fuzz_target;
use serde::Serialize;
use serde::de::DeserializeOwned;

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Whether the bytes are one of these; what is read comes back the same by each way.
fn round<T>(bytes: &[u8]) -> bool
where
    T: FromJson + ToJson + Serialize + DeserializeOwned + PartialEq + Debug,
{
    let ours = json::decode::<T>(bytes);
    let theirs = serde_json::from_slice::<T>(bytes);
    let first = match (ours, theirs) {
        (Ok(first), Ok(same)) => {
            assert_eq!(first, same);
            first
        }
        (Ok(first), Err(_)) if bytes.starts_with(BOM) => first,
        (Err(error), Err(_)) => {
            assert!(!error.to_string().is_empty());
            return false;
        }
        (ours, theirs) => panic!("ours: {ours:?}\nby serde: {theirs:?}"),
    };
    let written = json::encode(&first);
    let shown = String::from_utf8_lossy(&written);
    let again = |text: &[u8]| json::decode::<T>(text).unwrap_or_else(|e| panic!("{e}\n{shown}"));
    assert_eq!(again(&written), first, "{shown}");
    assert_eq!(again(&json::encode_pretty(&first)), first, "{shown}");
    let by_serde = serde_json::to_vec(&first).expect("what was read");
    assert_eq!(by_serde, written, "{shown}");
    true
}

fuzz_target!(|bytes: &[u8]| {
    if !bytes.starts_with(BOM) {
        judge::compare(bytes);
    }
    round::<digiseller::CategoriesReply>(bytes);
    round::<digiseller::CreateUniqueUnfixed>(bytes);
    round::<digiseller::EditBook>(bytes);
    round::<digiseller::PreviewOptions>(bytes);
    round::<digiseller::LoginReply>(bytes);
    round::<digiseller::TaskReport>(bytes);
    round::<fileflare::CustomerOrder>(bytes);
    round::<insales_digital::DigitalOrder>(bytes);
    round::<qnits::CreateOrderRequest>(bytes);
});
