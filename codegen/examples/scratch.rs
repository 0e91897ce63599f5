//! Scratch.
use std::path::Path;
use std::time::Instant;
fn main() {
    let mut ok = 0; let mut n = 0;
    let mut failed = Vec::new();
    let (mut tr, mut td, mut tp, mut tt) = (0.0, 0.0, 0.0, 0.0);
    for f in std::env::args().skip(1) {
        n += 1;
        let f = Path::new(&f);
        let t = Instant::now();
        let (doc, _) = lavka_model::read(f);
        let Some(doc) = doc else { failed.push(format!("read {}", f.display())); continue };
        tr += t.elapsed().as_secs_f64();
        let t = Instant::now();
        let (api, _) = lavka_model::derive(&doc, &lavka_codegen::pipeline::module_name(f));
        td += t.elapsed().as_secs_f64();
        let mut o = lavka_codegen::emit::Options::default();
        o.dynamic_feature = Some("dynamic".into());
        let t = Instant::now();
        let (plan, _) = lavka_codegen::plan::plan(&api, &o, &[]);
        tp += t.elapsed().as_secs_f64();
        let t = Instant::now();
        let files = lavka_codegen::print::module(&plan, vec![]);
        let mut bad = false;
        for file in files {
            if let Err(e) = syn::parse2::<syn::File>(file.tokens.clone()) { failed.push(format!("{} {}: {e}", f.display(), file.name)); bad = true; }
        }
        tt += t.elapsed().as_secs_f64();
        if !bad { ok += 1; }
    }
    println!("{ok}/{n} read {tr:.2} derive {td:.2} plan {tp:.2} print {tt:.2}");
    for f in failed { println!("{f}"); }
}
