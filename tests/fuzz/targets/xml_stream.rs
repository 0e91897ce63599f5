//! A list in pieces gives what it gives as a whole. The first byte says how large the pieces are.
#![no_main]

mod products;

use lavka_runtime::{CodecError, CodecErrorKind};
use lavka_runtime::xml::{Dialect, Limits, ListDecoder, decode_list};
use libfuzzer_sys::fuzz_target;
use products::{PRODUCTS, Product};

fn streamed(bytes: &[u8], size: usize) -> Result<Vec<Product>, CodecError> {
    let mut decoder = ListDecoder::new(None, &PRODUCTS, Dialect::Rails, Limits::DEFAULT);
    let mut items = Vec::new();
    for piece in bytes.chunks(size) {
        decoder.push(piece);
        while let Some(item) = decoder.next() {
            items.push(item?);
        }
    }
    decoder.finish();
    while let Some(item) = decoder.next() {
        items.push(item?);
    }
    Ok(items)
}

fuzz_target!(|input: &[u8]| {
    let Some((size, bytes)) = input.split_first() else {
        return;
    };
    let whole = decode_list::<Product>(bytes, None, &PRODUCTS, Dialect::Rails, &Limits::DEFAULT);
    let stream = streamed(bytes, usize::from(*size) + 1);
    match (whole, stream) {
        (Ok(whole), Ok(stream)) => assert_eq!(whole, stream),
        (Err(_), Err(_)) => {}
        // namespaces that items leave unclosed are counted for each item alone
        (Err(e), Ok(_)) if e.kind() == CodecErrorKind::Limit => {}
        (whole, stream) => panic!("{:?} {:?}", whole.err(), stream.err()),
    }
});
