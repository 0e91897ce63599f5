//! Lists that are sent in parts (`x-batch`).

use lavka_model::model::{
    Api, Batch as BatchFact, Content, Operation as Fact, Presence, TypeId, TypeRef,
};

use crate::plan::names::Name;
use crate::plan::rust_type::RustType;

/// The method that sends a list in parts (`x-batch`).
#[derive(Clone, Debug)]
pub struct Batches {
    /// Its name.
    pub name: Name,
    /// Type of the items.
    pub item: RustType,
    /// Largest part.
    pub max: u64,
    /// The field of the body's struct that is split; `None` where the body is the list.
    pub field: Option<Name>,
}

pub(super) type Split = (RustType, u64, Option<(TypeId, usize)>);

/// The list that is split: its items, the largest part, and where in the body it is.
pub(super) fn batch(api: &Api, fact: &Fact, content: Option<&Content>) -> Option<Split> {
    let BatchFact { property, max } = fact.batch.as_ref()?;
    let content = content?;
    if !fact.params.is_empty() {
        return None;
    }
    match &content.ty {
        TypeRef::List(item) => Some((RustType::of(item, false), (*max)?, None)),
        TypeRef::Named(id) => {
            let (_, s) = api.object(&content.ty)?;
            let index = s
                .fields
                .iter()
                .position(|f| f.wire == *property && f.presence == Presence::Required)?;
            let TypeRef::List(item) = &s.fields[index].ty else {
                return None;
            };
            Some((RustType::of(item, false), (*max)?, Some((*id, index))))
        }
        _ => None,
    }
}
