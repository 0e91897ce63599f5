//! How the benches measure: every contender runs in every round, in an order that changes, so that what disturbs the
//! machine disturbs all of them; figures are medians over the rounds, ratios are medians of the ratios within a round.

#![allow(dead_code, reason = "each bench uses a part")]

use std::hint::black_box;
use std::time::Instant;

/// One of the things that are compared.
pub struct Contender<'a> {
    name: &'static str,
    run: Box<dyn FnMut() + 'a>,
    seconds: Vec<f64>,
}

/// A contender that is measured by the time of one run.
pub fn contender<'a, R>(name: &'static str, mut run: impl FnMut() -> R + 'a) -> Contender<'a> {
    Contender {
        name,
        run: Box::new(move || {
            black_box(run());
        }),
        seconds: Vec::new(),
    }
}

/// Prints a heading, once.
pub fn heading(title: &str) {
    let profile = if cfg!(debug_assertions) {
        ", UNOPTIMIZED"
    } else {
        ""
    };
    println!("\n{title} (system allocator{profile})");
}

/// Runs all, and prints how fast each is beside the first, which is the peer to beat. `work` is what one run does, in
/// `unit`s. Returns the speed ratios, the first of them 1.
pub fn compare(
    title: &str,
    work: f64,
    unit: &str,
    rounds: usize,
    contenders: &mut [Contender<'_>],
) -> Vec<f64> {
    for contender in contenders.iter_mut() {
        (contender.run)(); // warm up
    }
    for round in 0..rounds {
        for turn in 0..contenders.len() {
            let index = (round + turn) % contenders.len();
            let contender = &mut contenders[index];
            let start = Instant::now();
            (contender.run)();
            contender.seconds.push(start.elapsed().as_secs_f64());
        }
    }
    println!("\n{title}: {rounds} rounds");
    println!("{:<44} {:>10} {:>14} {:>8}", "", "median ms", unit, "speed");
    let first = contenders[0].seconds.clone();
    contenders
        .iter()
        .map(|contender| {
            let ratio = median(first.iter().zip(&contender.seconds).map(|(a, b)| a / b));
            let seconds = median(contender.seconds.iter().copied());
            println!(
                "{:<44} {:>10.2} {:>14.0} {:>7.2}x",
                contender.name,
                seconds * 1e3,
                work / seconds,
                ratio
            );
            ratio
        })
        .collect()
}

/// Prints a measure of the design, and whether it is reached.
pub fn at_least(what: &str, ratio: f64, least: f64) {
    let mark = if ratio >= least { "reached" } else { "MISSED" };
    println!("=> {what}: {ratio:.3} (at least {least}: {mark})");
}

/// Prints a measure of the design that is better when smaller.
pub fn at_most(what: &str, ratio: f64, most: f64) {
    let mark = if ratio <= most { "reached" } else { "MISSED" };
    println!("=> {what}: {ratio:.3} (at most {most}: {mark})");
}

/// Seconds that this thread has been on a CPU, where the system reports it: the other programs of the machine do not count.
pub fn thread_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}

/// The nth number among the arguments, or the default: `cargo bench --bench xml -- 1000 3`.
pub fn number(nth: usize, default: usize) -> usize {
    std::env::args()
        .skip(1)
        .filter_map(|a| a.parse().ok())
        .nth(nth)
        .unwrap_or(default)
}

/// The median; of an empty sequence not a number.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
