//! What the tests share: the binary, folders that vanish, a sandbox in a process of its own.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// A run that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// Variables that would lead the binary elsewhere: proxies, and colour by force.
const FOREIGN: [&str; 10] = [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "CLICOLOR_FORCE",
    "FORCE_COLOR",
    "NO_COLOR",
    "RUST_LOG",
];

/// The project's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// The project's specs.
pub(crate) fn specs() -> PathBuf {
    root().join("specs")
}

/// The binary, without what the tester's environment would add.
pub(crate) fn lavka() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lavka"));
    for name in FOREIGN {
        command.env_remove(name);
    }
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("LAVKA_") {
            command.env_remove(name);
        }
    }
    command.stdin(Stdio::null());
    command
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// Exit code 0, nothing on stderr; gives stdout.
    #[track_caller]
    pub(crate) fn fine(self) -> String {
        assert_eq!(
            (self.code, self.err.as_str()),
            (Some(0), ""),
            "stdout: {}",
            self.out
        );
        self.out
    }

    /// This exit code, nothing on stdout, one line on stderr; gives the line.
    #[track_caller]
    pub(crate) fn one_line(self, code: i32) -> String {
        assert_eq!(
            (self.code, self.out.as_str()),
            (Some(code), ""),
            "stderr: {}",
            self.err
        );
        let line = self.err.strip_suffix('\n').expect("the line must end");
        assert!(!line.contains('\n'), "expected one line, found: {line}");
        let line = line
            .strip_prefix("lavka: ")
            .expect("the line must say who speaks");
        assert!(!line.trim().is_empty());
        line.to_owned()
    }
}

/// Runs the binary with these arguments.
#[track_caller]
pub(crate) fn run<S: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = S>) -> Run {
    let mut command = lavka();
    command.args(args);
    finish(command, None)
}

/// Runs the binary with these arguments and this standard input.
#[track_caller]
pub(crate) fn run_with_input<S: AsRef<std::ffi::OsStr>>(
    args: impl IntoIterator<Item = S>,
    input: &[u8],
) -> Run {
    let mut command = lavka();
    command.args(args);
    finish(command, Some(input))
}

/// Runs a command to its end. Whatever it prints into the pipe is text without colour, and no panic.
#[track_caller]
pub(crate) fn finish(mut command: Command, input: Option<&[u8]>) -> Run {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    if input.is_some() {
        command.stdin(Stdio::piped());
    }
    let mut child = command.spawn().unwrap();
    let out = drain(child.stdout.take().unwrap());
    let err = drain(child.stderr.take().unwrap());
    if let Some(input) = input {
        let mut pipe = child.stdin.take().unwrap();
        let input = input.to_vec();
        // It may have ended before it read everything: that is its right.
        thread::spawn(move || drop(pipe.write_all(&input)));
    }
    let status = wait(&mut child);
    let run = Run {
        code: status.code(),
        out: text(out.join().unwrap()),
        err: text(err.join().unwrap()),
    };
    for text in [&run.out, &run.err] {
        assert!(!text.contains('\u{1b}'), "colour in a pipe: {text}");
        assert!(!text.contains("panicked"), "a panic: {text}");
    }
    run
}

/// Waits for the end; a child that hangs is ended and fails the test.
#[track_caller]
pub(crate) fn wait(child: &mut Child) -> ExitStatus {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if started.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("the binary hangs");
        }
        thread::sleep(Duration::from_millis(2));
    }
}

fn drain(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).unwrap();
        bytes
    })
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("output must be UTF-8")
}

/// A folder that vanishes with the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// An empty one.
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "cli-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Its path.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file in it, and the folders above the file.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Every file in it, by its path with slashes.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.0, &self.0, &mut files);
        files
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .replace('\\', "/");
            files.insert(name, fs::read(&path).unwrap());
        }
    }
}

/// Copies a folder with everything in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// `lavka sandbox` in a process of its own.
pub(crate) struct Served {
    pub(crate) child: Child,
    pub(crate) urls: BTreeMap<String, String>,
    /// Held open, so that the process does not write into a closed pipe.
    out: BufReader<std::process::ChildStdout>,
}

impl Served {
    /// Starts it with these arguments and reads the URLs of as many APIs.
    pub(crate) fn start(args: &[&str], apis: usize) -> Self {
        Self::try_start(args, apis).expect("the sandbox must start")
    }

    /// The same; `None` where it ended before it had named them all.
    pub(crate) fn try_start(args: &[&str], apis: usize) -> Option<Self> {
        let mut child = lavka()
            .arg("sandbox")
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let mut served = Self {
            child,
            urls: BTreeMap::new(),
            out,
        };
        for _ in 0..apis {
            let mut line = String::new();
            if served.out.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            let (api, url) = line
                .trim_end()
                .split_once('\t')
                .expect("a line is: API, tab, URL");
            served.urls.insert(api.to_owned(), url.to_owned());
        }
        Some(served)
    }

    /// All APIs.
    pub(crate) fn all() -> Self {
        Self::start(&[], lavka::apis().len())
    }

    /// Where an API is served.
    pub(crate) fn url(&self, api: &str) -> &str {
        &self.urls[api]
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The variable that holds a credential.
pub(crate) fn variable(api: &str, name: &str) -> String {
    format!("LAVKA_{}_{}", api.to_uppercase(), name.to_uppercase())
}
