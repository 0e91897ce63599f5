//! Reading a spec's root file and every file that it refers to.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;

use super::across::Across;
use super::keys::{NAMED, PAYLOADS};
use super::place::{LEAVES, join};
use super::text::text_file;
use super::tree::{Node, Value};
use super::{File, Origin};
use crate::diag::{Code, Finding, Findings};

/// Most bytes of all files.
const MAX_TOTAL: usize = 64 * 1024 * 1024;
/// Most files.
const MAX_FILES: usize = 20_000;

/// All files of a spec, read. The first is the root.
#[derive(Debug, Default)]
pub struct Source {
    /// Path (relative to the root's folder, `/` between its parts) → file. The root is first.
    pub files: IndexMap<String, Loaded>,
    /// Overlays that were applied to the root's tree.
    pub overlays: Vec<Arc<File>>,
}

/// An overlay that is given, beside the one that may be next to the document.
#[derive(Clone, Debug)]
pub struct Overlay {
    /// Its path, as findings show it.
    pub path: String,
    /// Its text.
    pub bytes: Vec<u8>,
}

/// A file that was read.
#[derive(Debug)]
pub struct Loaded {
    /// Its text.
    pub file: Arc<File>,
    /// What it holds.
    pub content: Content,
}

/// What a file holds.
#[derive(Debug)]
pub enum Content {
    /// YAML or JSON.
    Tree(Node),
    /// An XML Schema; read by the bundle stage.
    Schema,
    /// Nothing that could be read; findings say why.
    Broken,
}

impl Source {
    /// The root document's tree, if it could be read.
    #[must_use]
    pub fn root(&self) -> Option<&Node> {
        self.files.first().and_then(|(_, loaded)| loaded.tree())
    }

    /// All texts.
    pub fn texts(&self) -> impl Iterator<Item = &File> {
        let files = self.files.values().map(|loaded| &*loaded.file);
        files.chain(self.overlays.iter().map(|file| &**file))
    }
}

impl Source {
    /// Remembers that a file could not be read.
    pub(super) fn broken(&mut self, path: String) {
        self.files.entry(path).or_insert_with_key(|path| Loaded {
            file: File::new(path.as_str(), String::new()),
            content: Content::Broken,
        });
    }
}

impl Loaded {
    /// The tree, if it is YAML or JSON that could be read.
    #[must_use]
    pub fn tree(&self) -> Option<&Node> {
        if let Content::Tree(node) = &self.content {
            Some(node)
        } else {
            None
        }
    }
}

/// Reads one OpenAPI document and every file that it refers to. An overlay beside it (`shop.overlay.yaml` beside `shop.yaml`) is
/// applied first. What could not be read is among the findings.
#[must_use]
pub fn load(path: &Path) -> (Source, Findings) {
    load_overlaid(path, &[])
}

/// The same, with further overlays, which are applied in order after the one beside the document.
#[must_use]
pub fn load_overlaid(path: &Path, overlays: &[PathBuf]) -> (Source, Findings) {
    load_within(path, None, overlays)
}

/// The same, with references to files of `folder` and what is below it; without one, of the document's own folder.
#[must_use]
pub fn load_within(path: &Path, folder: Option<&Path>, overlays: &[PathBuf]) -> (Source, Findings) {
    let mut findings = Findings::new();
    let own = path.parent().unwrap_or(Path::new(""));
    let name = path.file_name().unwrap_or(path.as_os_str());
    let (folder, name) = match folder.map(|folder| (folder, inside(folder, path))) {
        None => (own, PathBuf::from(name)),
        Some((folder, Some(name))) => (folder, name),
        Some((folder, None)) => {
            let file = File::new(slashed(path), String::new());
            let message = format!(
                "the document is not inside of the folder `{}`",
                slashed(folder)
            );
            findings.report(Code::NotReadable, &Origin::new(&file, 0, 0), message);
            return (Source::default(), findings);
        }
    };
    let (name, shown) = (slashed(&name), slashed(folder));
    let mut given = Vec::new();
    let beside = beside(path);
    for overlay in beside.iter().chain(overlays) {
        let path = slashed(overlay);
        match std::fs::read(overlay) {
            Ok(bytes) => given.push(Overlay { path, bytes }),
            Err(error) => {
                let file = File::new(path.clone(), String::new());
                let message = format!("the overlay `{path}` cannot be read: {}", reason(&error));
                findings.report(Code::NotReadable, &Origin::new(&file, 0, 0), message);
            }
        }
    }
    let (source, found) = load_overlaid_with(&name, &shown, &given, &|relative| {
        std::fs::read(folder.join(relative))
    });
    findings.extend(found);
    (source, findings)
}

/// A path as findings and references have it.
fn slashed(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// The path of a file from a folder that it is in.
fn inside(folder: &Path, file: &Path) -> Option<PathBuf> {
    let (folder, file) = (folder.canonicalize().ok()?, file.canonicalize().ok()?);
    file.strip_prefix(folder).ok().map(Path::to_path_buf)
}

/// The same, with files from elsewhere: `root` and what `read` is given are paths relative to the spec's folder, and `shown`
/// is that folder as findings show it. No overlay is looked for.
#[must_use]
pub fn load_with(
    root: &str,
    shown: &str,
    read: &dyn Fn(&str) -> std::io::Result<Vec<u8>>,
) -> (Source, Findings) {
    load_overlaid_with(root, shown, &[], read)
}

/// The same, with overlays, which are applied in order.
#[must_use]
pub fn load_overlaid_with(
    root: &str,
    shown: &str,
    overlays: &[Overlay],
    read: &dyn Fn(&str) -> std::io::Result<Vec<u8>>,
) -> (Source, Findings) {
    let mut source = Source::default();
    let mut findings = Findings::new();
    let mut queue = VecDeque::from([(root.to_owned(), Why::Start)]);
    let mut across = Across::default();
    let mut total = 0;
    while let Some((path, from)) = next(&mut queue, &mut across) {
        if source.files.contains_key(&path) {
            continue;
        }
        let display = if shown.is_empty() {
            path.clone()
        } else {
            format!("{}/{path}", shown.trim_end_matches('/'))
        };
        if source.files.len() >= MAX_FILES || total > MAX_TOTAL {
            let origin = match from {
                Why::Reference(origin, _) => origin,
                Why::Start | Why::Uri => Origin::default(),
            };
            let message = format!(
                "the spec refers to more than {MAX_FILES} files, or to more than {MAX_TOTAL} bytes"
            );
            findings.report(Code::TooLarge, &origin, message);
            break;
        }
        let bytes = match read(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let file = File::new(display, String::new());
                match from {
                    Why::Start => {
                        findings.push(unreadable(&file, None, &error));
                        let content = Content::Broken;
                        source.files.insert(path, Loaded { file, content });
                    }
                    Why::Reference(origin, (from, text)) => {
                        let at = (origin.start(), origin.end());
                        let finding = unreadable(&file, Some(origin), &error);
                        across.keep(&from, (&text, at), Some(finding), Some(path));
                    }
                    Why::Uri => {}
                }
                continue;
            }
        };
        total += bytes.len();
        let mut loaded = open(&display, &path, bytes, &mut findings);
        if source.files.is_empty()
            && let Content::Tree(root) = &mut loaded.content
        {
            for overlay in overlays {
                source
                    .overlays
                    .extend(overlaid(root, overlay, &mut findings));
            }
        }
        if let Content::Tree(root) = &mut loaded.content {
            across.read(&path, root, loaded.file.text());
        }
        if let Content::Tree(root) = &mut loaded.content
            && super::anchors::may_have(loaded.file.text())
        {
            super::anchors::rewrite(root, loaded.file.text());
        }
        queue.extend(named(&path, &loaded, &mut across));
        source.files.insert(path, loaded);
    }
    across.rewrite(&mut source, &mut findings);
    (source, findings)
}

/// Why a file is read.
enum Why {
    /// It is the root.
    Start,
    /// A reference names it: where that is, in which file, and its text.
    Reference(Origin, (String, String)),
    /// Its URI may be that of a reference. It need not be there.
    Uri,
}

/// The files that references of a file name.
fn named(path: &str, loaded: &Loaded, across: &mut Across) -> Vec<(String, Why)> {
    let mut files = Vec::new();
    let mut found = Vec::new();
    match &loaded.content {
        Content::Tree(node) => references(node, false, &mut found),
        Content::Schema => crate::xsd::includes(&loaded.file, &mut found),
        Content::Broken => {}
    }
    for (target, origin) in found {
        let at = (origin.start(), origin.end());
        match join(path, &target) {
            Ok(Some(file)) => {
                // An anchor of another file.
                let fragment = target.split_once('#').map_or("", |(_, fragment)| fragment);
                if !fragment.is_empty() && !fragment.starts_with('/') {
                    across.keep(path, (&target, at), None, None);
                }
                files.push((file, Why::Reference(origin, (path.to_owned(), target))));
            }
            Ok(None) => {}
            Err(why) => {
                let finding = outside(&target, &origin, why);
                across.keep(path, (&target, at), Some(finding), None);
            }
        }
    }
    files
}

/// The next file, by its path or else by its URI.
fn next(queue: &mut VecDeque<(String, Why)>, across: &mut Across) -> Option<(String, Why)> {
    if queue.is_empty() {
        let found = across.files().into_iter();
        queue.extend(found.map(|path| (path, Why::Uri)));
    }
    queue.pop_front()
}

/// The finding about a file that cannot be read, to which `from` refers; the root, if nothing does.
fn unreadable(file: &Arc<File>, from: Option<Origin>, error: &std::io::Error) -> Finding {
    let message = format!(
        "the file `{}` cannot be read: {}",
        file.path(),
        reason(error)
    );
    match from {
        Some(origin) => Finding::new(Code::RefFile, &origin, message)
            .help("a reference is relative to the folder of the file that contains it"),
        None => Finding::new(Code::NotReadable, &Origin::new(file, 0, 0), message),
    }
}

/// The finding about a reference to something outside the files of the spec.
fn outside(target: &str, origin: &Origin, why: &str) -> Finding {
    let finding = Finding::new(Code::RefOutside, origin, format!("`{target}` {why}"));
    finding.help(if target.contains("://") {
        "download the file into the folder of the spec, and refer to it by its relative path"
    } else if why == LEAVES {
        "refer to files in the folder of the spec or below it, or name the folder around them with `--folder`, `Options::folder`"
    } else {
        "refer to files in the folder of the spec or below it, by a relative path with `/`"
    })
}

/// The overlay beside a document.
fn beside(path: &Path) -> Option<std::path::PathBuf> {
    ["yaml", "yml", "json"]
        .iter()
        .map(|extension| path.with_extension(format!("overlay.{extension}")))
        .find(|path| path.is_file())
}

/// Applies an overlay.
#[cfg(feature = "overlay")]
fn overlaid(root: &mut Node, overlay: &Overlay, findings: &mut Findings) -> Option<Arc<File>> {
    let file = text_file(&overlay.path, overlay.bytes.clone(), findings)?;
    super::overlay::apply(root, &file, findings);
    Some(file)
}

/// Without the feature, an overlay is an error: nothing of a spec is passed over in silence.
#[cfg(not(feature = "overlay"))]
fn overlaid(_: &mut Node, overlay: &Overlay, findings: &mut Findings) -> Option<Arc<File>> {
    let file = File::new(overlay.path.clone(), String::new());
    let message =
        "the overlay is not applied: add the feature `overlay` to the dependency `lavka-codegen`";
    findings.report(Code::Overlay, &Origin::new(&file, 0, 0), message);
    None
}

/// The operating system's reason, the same on every platform for what is common.
fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

fn open(display: &str, path: &str, bytes: Vec<u8>, findings: &mut Findings) -> Loaded {
    let Some(file) = text_file(display, bytes, findings) else {
        return Loaded {
            file: File::new(display, String::new()),
            content: Content::Broken,
        };
    };
    if Path::new(path)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("xsd"))
    {
        return Loaded {
            file,
            content: Content::Schema,
        };
    }
    let (node, found) = super::parse(&file);
    findings.extend(found);
    match node {
        Some(node) => Loaded {
            file,
            content: Content::Tree(node),
        },
        None => Loaded {
            file,
            content: Content::Broken,
        },
    }
}

/// Finds the file part of every `$ref`.
fn references(node: &Node, names: bool, found: &mut Vec<(String, Origin)>) {
    match &node.value {
        Value::Array(items) => items.iter().for_each(|item| references(item, false, found)),
        Value::Object(object) => {
            for (key, member) in object.iter() {
                if !names && key == "$ref" {
                    if let Some(target) = member.node.as_str() {
                        found.push((target.to_owned(), member.node.origin.clone()));
                    }
                } else if !names && key == "mapping" {
                    mapping(&member.node, found);
                } else if names || !PAYLOADS.contains(&key.as_str()) {
                    references(&member.node, !names && NAMED.contains(&key.as_str()), found);
                }
            }
        }
        _ => {}
    }
}

/// Files that values of a discriminator's `mapping` refer to. A value without a file is a component's name or a local reference.
fn mapping(node: &Node, found: &mut Vec<(String, Origin)>) {
    for member in node
        .as_object()
        .into_iter()
        .flatten()
        .map(|(_, member)| member)
    {
        let Some(text) = member.node.as_str() else {
            continue;
        };
        let file = text.split('#').next().unwrap_or("");
        let extension = Path::new(file).extension().unwrap_or_default();
        if ["yaml", "yml", "json", "xsd"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
        {
            found.push((text.to_owned(), member.node.origin.clone()));
        }
    }
}
