//! Branches of unions that refer to a schema of nothing but null, as 3GPP's `NullValue`: they say that null is allowed.

use crate::normalized::{Schema, SchemaId, Type, Types};
use crate::source::Node;

use super::Normalizer;

impl Normalizer<'_> {
    /// Takes such branches out of every union; one that is left alone is part of `all_of`, as where null is written in its place.
    pub(super) fn nulls(&mut self) {
        for id in self.schemas.ids() {
            let schema = &self.schemas[id];
            let lists = [schema.one_of.clone(), schema.any_of.clone()];
            let [one_of, any_of] = lists.map(|list| self.without_null(list, id));
            let schema = &mut self.schemas[id];
            schema.one_of = one_of;
            schema.any_of = any_of;
        }
    }

    fn without_null(&mut self, list: Vec<SchemaId>, id: SchemaId) -> Vec<SchemaId> {
        let (nulls, mut others): (Vec<_>, Vec<_>) = list
            .iter()
            .partition(|branch| is_null(&self.schemas[**branch]));
        if nulls.is_empty() || others.is_empty() {
            return list;
        }
        self.notes[id.index()].nullable = true;
        if others.len() == 1 {
            self.schemas[id].all_of.append(&mut others);
        }
        others
    }
}

/// Whether null is all that a schema allows.
fn is_null(schema: &Schema) -> bool {
    let null = Types::default().with(Type::Null);
    let values = schema.values.as_ref();
    (schema.typed && schema.types.value == null)
        || values.is_some_and(|all| !all.is_empty() && all.iter().all(Node::is_null))
}
