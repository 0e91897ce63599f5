//! Types of which no value can be built, because each needs another of them.

use crate::diag::{Code, Cost, Finding, Findings};
use crate::model::{Api, Presence, TypeDef, TypeId, TypeKind, TypeRef};

/// Reports them, and makes the properties optional that lead from one to the next: a reply of finite size lacks one of them.
pub(super) fn check(api: &mut Api, findings: &mut Findings) {
    let endless = endless(api);
    for at in 0..api.types.len() {
        if !endless[at] {
            continue;
        }
        let Some(def) = api.types.get_mut(at) else {
            continue;
        };
        let name = words(def);
        let TypeKind::Struct(made) = &mut def.kind else {
            continue;
        };
        for field in &mut made.fields {
            let is_endless = matches!(needed(&field.ty), Some(id) if endless[id.0]);
            if field.presence != Presence::Required || !is_endless {
                continue;
            }
            let message = format!(
                "`{name}` is infinitely recursive (through `{}`)",
                field.wire
            );
            let finding = Finding::new(Code::InfiniteSize, &field.origin, message)
                .help("do not require the property, make it nullable, or make it a list");
            findings.push(finding.costs(Cost::Nothing));
            field.presence = Presence::Optional;
        }
    }
}

fn words(def: &TypeDef) -> String {
    match &def.name {
        crate::model::TypeName::Component(name) | crate::model::TypeName::ComponentInput(name) => {
            name.clone()
        }
        crate::model::TypeName::Inline(path) => path.join("."),
    }
}

/// The type that a value of a type needs.
fn needed(ty: &TypeRef) -> Option<TypeId> {
    match ty {
        TypeRef::Named(id) => Some(*id),
        TypeRef::Boxed(inner) => needed(inner),
        _ => None,
    }
}

/// Which types have no value: what remains when everything that ends is taken out.
fn endless(api: &Api) -> Vec<bool> {
    let count = api.types.len();
    let mut waiting = vec![0_usize; count];
    let mut holders: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut open = Vec::new();
    for (at, def) in api.types.iter().enumerate() {
        let needs: Vec<TypeId> = match &def.kind {
            TypeKind::Struct(made) => {
                let required = made
                    .fields
                    .iter()
                    .filter(|field| field.presence == Presence::Required);
                required.filter_map(|field| needed(&field.ty)).collect()
            }
            // One variant that ends is enough.
            TypeKind::Union(made) => {
                let needs: Vec<Option<TypeId>> = made
                    .variants
                    .iter()
                    .map(|variant| needed(&variant.ty))
                    .collect();
                if needs.iter().any(Option::is_none) {
                    Vec::new()
                } else {
                    needs.into_iter().flatten().collect()
                }
            }
            TypeKind::Enum(_) => Vec::new(),
        };
        waiting[at] = match &def.kind {
            TypeKind::Union(_) => usize::from(!needs.is_empty()),
            _ => needs.len(),
        };
        for id in needs {
            holders[id.0].push(at);
        }
        if waiting[at] == 0 {
            open.push(at);
        }
    }
    let mut endless = vec![true; count];
    while let Some(at) = open.pop() {
        if !std::mem::replace(&mut endless[at], false) {
            continue;
        }
        for &of in &holders[at] {
            waiting[of] = waiting[of].saturating_sub(1);
            if waiting[of] == 0 {
                open.push(of);
            }
        }
    }
    endless
}

/// For each type, the circle that it is part of, if it is part of one (Tarjan's algorithm, without recursion).
pub(super) fn components(count: usize, held: impl Fn(TypeId) -> Vec<TypeId>) -> Vec<Option<usize>> {
    #[derive(Clone, Copy)]
    struct State {
        index: usize,
        low: usize,
        on_stack: bool,
    }
    let mut states: Vec<Option<State>> = vec![None; count];
    let mut circles = vec![None; count];
    let (mut next, mut circle) = (0, 0);
    let mut stack: Vec<usize> = Vec::new();
    for start in 0..count {
        if states[start].is_some() {
            continue;
        }
        let mut work: Vec<(usize, Vec<TypeId>, usize)> = vec![(start, held(TypeId(start)), 0)];
        states[start] = Some(State {
            index: next,
            low: next,
            on_stack: true,
        });
        stack.push(start);
        next += 1;
        while let Some((at, children, done)) = work.last_mut() {
            let at = *at;
            if let Some(child) = children.get(*done).map(|id| id.0) {
                *done += 1;
                match states.get(child).copied().flatten() {
                    None if child < count => {
                        states[child] = Some(State {
                            index: next,
                            low: next,
                            on_stack: true,
                        });
                        next += 1;
                        stack.push(child);
                        work.push((child, held(TypeId(child)), 0));
                    }
                    Some(of) if of.on_stack => {
                        if let Some(state) = &mut states[at] {
                            state.low = state.low.min(of.index);
                        }
                    }
                    _ => {}
                }
                continue;
            }
            let own = states[at];
            let itself = children.iter().any(|id| id.0 == at);
            work.pop();
            let Some(own) = own else { continue };
            if let Some((parent, ..)) = work.last()
                && let Some(state) = &mut states[*parent]
            {
                state.low = state.low.min(own.low);
            }
            if own.low != own.index {
                continue;
            }
            let mut members = Vec::new();
            while let Some(member) = stack.pop() {
                if let Some(state) = &mut states[member] {
                    state.on_stack = false;
                }
                members.push(member);
                if member == at {
                    break;
                }
            }
            if members.len() > 1 || itself {
                for member in members {
                    circles[member] = Some(circle);
                }
                circle += 1;
            }
        }
    }
    circles
}
