//! Event streams whose schema is that of a whole event: `data` beside `event`, `id` and `retry`, which are lines of the stream and
//! no JSON. What is read is the data; the runtime gives the rest beside it.

use super::Normalizer;
use crate::media::{Media, media};
use crate::normalized::{MediaType, Operation, SchemaId, Spanned, Type, Types};

/// What an event consists of.
const FIELDS: &[&str] = &["data", "event", "id", "retry", "comment"];
/// By this text servers end a stream; the runtime passes it over.
const END: &str = "[DONE]";
/// How deep unions of events are in one another.
const MAX_DEPTH: usize = 8;

impl Normalizer<'_> {
    /// Gives streams of events the schema of their data.
    pub(super) fn events(&mut self, operation: &mut Operation) {
        let replies = operation.responses.iter_mut();
        for content in replies.flat_map(|reply| &mut reply.content) {
            if media(&content.name) == Media::EventStream {
                self.event_stream(content);
            }
        }
    }

    fn event_stream(&mut self, content: &mut MediaType) {
        let Some(whole) = content.schema else { return };
        let event = match content.of_items {
            true => whole,
            false => self.schemas[whole].items.unwrap_or(whole),
        };
        let mut data = Vec::new();
        let read = self.event_data(event, content.of_items, &mut data, MAX_DEPTH);
        if read.is_none() || data.is_empty() {
            return;
        }
        let origin = self.schemas[event].origin.clone();
        let item = match data.as_slice() {
            [one] => *one,
            _ => {
                let union = self.reserve();
                let made = &mut self.schemas[union];
                made.types = Spanned::new(Types::ANY, &origin);
                made.one_of = data;
                made.origin = origin.clone();
                union
            }
        };
        let list = self.reserve();
        let made = &mut self.schemas[list];
        made.types = Spanned::new(std::iter::once(Type::Array).collect(), &origin);
        made.typed = true;
        made.items = Some(item);
        made.origin = origin;
        content.schema = Some(list);
    }

    /// The schemas of the data of an event, or of each of several kinds. `None`: it is not an event. What is `known` to be one may
    /// declare anything.
    fn event_data(
        &self,
        id: SchemaId,
        known: bool,
        found: &mut Vec<SchemaId>,
        depth: usize,
    ) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        let schema = &self.schemas[id];
        let mut names = schema.properties.keys();
        let only_fields = names.all(|name| FIELDS.contains(&name.as_str()));
        if !known && !only_fields {
            return None;
        }
        if schema.branches().next().is_some() {
            let mut branches = schema.branches();
            return branches.try_for_each(|branch| self.event_data(branch, known, found, depth));
        }
        let Some(data) = schema.properties.get("data") else {
            // A comment: nothing is read of it.
            return (known && only_fields && !schema.properties.is_empty()).then_some(());
        };
        let text = &self.schemas[data.schema];
        let holds = text.content_media_type.as_ref();
        let json = holds.is_none_or(|name| media(name) == Media::Json);
        let data = text.content_schema.filter(|_| json).unwrap_or(data.schema);
        let values = self.schemas[data].values.as_ref();
        let ends = values.is_some_and(|values| values.iter().all(|v| v.as_str() == Some(END)));
        if !ends && !found.contains(&data) {
            found.push(data);
        }
        Some(())
    }
}
