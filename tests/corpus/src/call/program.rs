//! The calling program: a crate with the bindings of a batch, compiled and run.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Drawn;
use crate::check;

/// A module that cannot be called: its name, how many calls that costs, and why.
pub(super) type Broken = (String, usize, String);

/// Writes and compiles the program. Takes the documents out of `batch` whose bindings cannot be generated or compiled.
pub(super) fn build(batch: &mut Vec<Drawn>, out: &Path) -> io::Result<Vec<Broken>> {
    let source = out.join("calls/src");
    if source.exists() {
        fs::remove_dir_all(&source)?;
    }
    fs::create_dir_all(&source)?;
    let tokio =
        "tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\", \"time\"] }\n";
    fs::write(
        out.join("calls/Cargo.toml"),
        check::manifest("calls", tokio),
    )?;
    fs::write(
        out.join("Cargo.toml"),
        check::workspace(&["calls".to_owned()]),
    )?;
    fs::copy(check::root().join("Cargo.lock"), out.join("Cargo.lock"))?;
    let mut broken = Vec::new();
    batch.retain(|drawn| match generate(drawn, &source) {
        Ok(()) => true,
        Err(why) => {
            broken.push((drawn.module.clone(), drawn.cases.len(), why));
            false
        }
    });
    // A module that does not compile is taken out, and the others are tried again.
    while !batch.is_empty() {
        write_main(batch, &source)?;
        let mut cargo = Command::new("cargo");
        cargo
            .args(["build", "--quiet", "--offline", "--message-format=short"])
            .current_dir(out);
        let built = bounded(cargo, Duration::from_secs(900))?;
        if built.status.success() {
            break;
        }
        let text = String::from_utf8_lossy(&built.stderr).into_owned();
        let failed = errors(&text);
        let before = batch.len();
        batch.retain(|drawn| match failed.get(&drawn.module) {
            Some(why) => {
                let why = format!("does not compile: {why}");
                broken.push((drawn.module.clone(), drawn.cases.len(), why));
                false
            }
            None => true,
        });
        if batch.len() == before {
            let start: Vec<&str> = text.lines().take(20).collect();
            return Err(io::Error::other(format!(
                "the calling program does not compile: {}",
                start.join("\n")
            )));
        }
    }
    Ok(broken)
}

fn generate(drawn: &Drawn, source: &Path) -> Result<(), String> {
    let options = drawn.cases.iter().fold(crate::options(), |options, case| {
        options.only(case.choice.clone())
    });
    let generated = lavka_codegen::pipeline::generate(&drawn.path, &[], &options)
        .map_err(|error| format!("is not generated: {}", first_lines(&error.to_string(), 6)))?;
    let file = source.join(format!("{}.rs", drawn.module));
    fs::write(file, generated.single_file()).map_err(|error| error.to_string())
}

fn first_lines(text: &str, count: usize) -> String {
    text.lines().take(count).collect::<Vec<_>>().join(" | ")
}

fn write_main(batch: &[Drawn], source: &Path) -> io::Result<()> {
    let list: String = batch
        .iter()
        .map(|drawn| format!("mod {};\n", drawn.module))
        .collect();
    let arms: String = batch
        .iter()
        .map(|drawn| format!("(\"{0}\", &{0}::dynamic::Api as &dyn Api),\n", drawn.module))
        .collect();
    let program = include_str!("program.rs.txt")
        .replace("// MODULES", &list)
        .replace("// APIS", &arms);
    fs::write(source.join("main.rs"), program)
}

/// The first error of each module.
fn errors(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for line in text.lines() {
        if let Some((place, message)) = line.split_once(": error")
            && let Some(file) = place.split(':').next()
            && let Some(module) = Path::new(file).file_stem().and_then(|stem| stem.to_str())
        {
            found
                .entry(module.to_owned())
                .or_insert_with(|| format!("{place}: error{message}"));
        }
    }
    found
}

/// Runs the program on an input; its output is one JSON value a line.
pub(super) fn run(out: &Path, input: &Value) -> io::Result<Vec<Value>> {
    fs::write(out.join("cases.json"), input.to_string())?;
    let mut program = Command::new(out.join("target/debug/calls"));
    program.arg(out.join("cases.json"));
    let run = bounded(program, Duration::from_secs(300))?;
    let text = String::from_utf8_lossy(&run.stdout).into_owned();
    if !run.status.success() {
        let error = String::from_utf8_lossy(&run.stderr).into_owned();
        return Err(io::Error::other(format!(
            "the calling program ended with {}: {error}",
            run.status
        )));
    }
    Ok(text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect())
}

/// Runs a command and ends it when it takes too long.
fn bounded(mut command: Command, limit: Duration) -> io::Result<Output> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let id = child.id();
    let streams = (child.stdout.take(), child.stderr.take());
    let out = std::thread::spawn(move || read(streams.0));
    let err = std::thread::spawn(move || read(streams.1));
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if start.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            return Err(io::Error::other(format!(
                "{:?} (process {id}) timed out after {} s",
                command.get_program(),
                limit.as_secs()
            )));
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    Ok(Output {
        status,
        stdout: out.join().unwrap_or_default(),
        stderr: err.join().unwrap_or_default(),
    })
}

fn read(stream: Option<impl io::Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut stream) = stream {
        let _ = stream.read_to_end(&mut bytes);
    }
    bytes
}
