//! Text that must not be seen.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroize;

/// What is shown in place of a secret.
pub(crate) const MASK: &str = "[redacted]";

/// A secret text: a token, a password, an API key.
///
/// `Debug` and `Display` print `[redacted]`, and the text is overwritten in memory when the value is dropped. What
/// is sent is copied into the request, and those copies are not overwritten. Clones share one text.
#[derive(Clone, Default)]
pub struct Secret(Option<Arc<Text>>);

/// Shared by clones, so that there is one copy to overwrite.
struct Text(String);

impl Secret {
    /// Takes the text.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self((!text.is_empty()).then(|| Arc::new(Text(text))))
    }

    /// Returns the text itself. Search for this name to find where secrets are used.
    pub fn expose(&self) -> &str {
        self.0.as_deref().map_or("", |text| &text.0)
    }

    /// Returns whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Takes time that depends on the lengths alone.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        let (ours, theirs) = (self.expose().as_bytes(), other.expose().as_bytes());
        ours.len() == theirs.len()
            && ours
                .iter()
                .zip(theirs)
                .fold(0, |difference, (a, b)| difference | (a ^ b))
                == 0
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

crate::__json_serde!(Secret);
