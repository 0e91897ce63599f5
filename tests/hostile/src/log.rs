//! Everything that `tracing` is given, as text.

use std::fmt::{self, Write as _};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// The log of this process, from its first use on: its text, and where its spans are from.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<String>>, Arc<Mutex<Vec<String>>>);

impl Log {
    /// The one log, for all threads: what one thread without a subscriber meets is switched off for the others.
    ///
    /// # Panics
    /// Where the process has another subscriber.
    #[allow(clippy::must_use_candidate, reason = "the first use begins the log")]
    pub fn of_process() -> &'static Self {
        static LOG: LazyLock<Log> = LazyLock::new(|| {
            let log = Log::default();
            tracing::subscriber::set_global_default(log.clone()).expect("the only subscriber");
            log
        });
        &LOG
    }

    /// What was logged so far.
    #[must_use]
    pub fn text(&self) -> String {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn write(&self, text: fmt::Arguments<'_>) {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.write_fmt(text).expect("a string grows");
    }
}

struct Fields<'a>(&'a Log);

impl tracing::field::Visit for Fields<'_> {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn fmt::Debug) {
        self.0.write(format_args!(" {}={value:?}", field.name()));
    }
}

impl tracing::Subscriber for Log {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        let metadata = span.metadata();
        self.write(format_args!(
            "\nspan {} of {}",
            metadata.name(),
            metadata.target()
        ));
        span.record(&mut Fields(self));
        let mut targets = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        targets.push(metadata.target().to_owned());
        tracing::span::Id::from_u64(targets.len() as u64)
    }
    fn record(&self, id: &tracing::span::Id, values: &tracing::span::Record<'_>) {
        let targets = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        let index = usize::try_from(id.into_u64()).unwrap_or_default();
        let target = targets
            .get(index.wrapping_sub(1))
            .map_or("?", String::as_str);
        self.write(format_args!("\nrecord of {target}"));
        values.record(&mut Fields(self));
    }
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        self.write(format_args!("\nevent of {}", event.metadata().target()));
        event.record(&mut Fields(self));
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

/// An error as a program may print it, and its causes.
#[must_use]
pub fn shown(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = format!("{error}\n{error:?}\n{error:#?}");
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!("\n{cause}\n{cause:?}\n{cause:#?}"));
        source = cause.source();
    }
    text
}
