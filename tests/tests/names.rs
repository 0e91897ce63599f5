mod names {
    include!(concat!(env!("OUT_DIR"), "/names.rs"));
}
