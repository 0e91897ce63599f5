//! Which credentials a call uses.

use super::credentials::{Credential, Credentials, Given, missing};
use super::scheme::{Alternative, Scheme};
use super::{Core, Operation};
use crate::{Error, Secret};

/// The credentials of a client.
pub(crate) struct AuthSet(Vec<(Option<&'static str>, Credentials)>);

impl AuthSet {
    pub(super) fn new(credential: Credential) -> Self {
        let parts = credential.into_parts().into_iter();
        Self(
            parts
                .map(|(scheme, credential)| (scheme, Credentials::new(credential)))
                .collect(),
        )
    }

    /// The credentials of this number.
    pub(super) fn at(&self, index: usize) -> Option<&Credentials> {
        self.0.get(index).map(|(_, credentials)| credentials)
    }

    /// The credential that a scheme is satisfied by, and its number.
    fn find(&self, scheme: &Scheme) -> Option<(usize, &Credentials)> {
        for (index, (name, credentials)) in self.0.iter().enumerate() {
            if name.is_none_or(|name| name == scheme.name) && credentials.suits(scheme.kind) {
                return Some((index, credentials));
            }
        }
        None
    }

    /// The credential for a scheme of an alternative. Two schemes of one place, such as two OAuth 2 flows, share their
    /// credential: a request has one.
    fn find_for(
        &self,
        schemes: &[&'static Scheme],
        scheme: &Scheme,
    ) -> Option<(usize, &Credentials)> {
        let same = schemes.iter().filter(|other| other.kind == scheme.kind);
        self.find(scheme)
            .or_else(|| same.copied().find_map(|other| self.find(other)))
    }

    /// The credentials for an attempt of this operation; logs in if need be.
    pub(super) async fn get(
        &self,
        core: &Core,
        operation: &'static Operation,
    ) -> Result<Vec<Given>, Error> {
        if operation.security.is_empty() {
            return Ok(Vec::new());
        }
        let needs_some = |schemes: &&Alternative| !schemes.is_empty();
        let complete = operation
            .security
            .iter()
            .filter(needs_some)
            .find(|schemes| {
                let mut all = schemes.iter();
                all.all(|scheme| self.find_for(schemes, scheme).is_some())
            });
        let Some(schemes) = complete else {
            // A call without credentials, where that is one of the alternatives, is the last resort.
            return match operation.security.iter().all(|schemes| !schemes.is_empty()) {
                false => Ok(Vec::new()),
                true => Err(self.missing(operation)),
            };
        };
        let mut given = Vec::new();
        for &scheme in *schemes {
            let Some((index, credentials)) = self.find_for(schemes, scheme) else {
                continue;
            };
            if given
                .iter()
                .any(|sent: &Given| sent.scheme.kind == scheme.kind)
            {
                continue;
            }
            if let Some(wrong) = credentials.wrong() {
                let text = format!("the credential for `{}` {wrong}", scheme.name);
                return Err(missing(operation, &text));
            }
            let value = credentials.value(core, operation, scheme.kind, index);
            let (secret, login) = value.await?;
            given.push(Given {
                scheme,
                secret,
                login: login.map(|login| (index, login)),
            });
        }
        Ok(given)
    }

    #[cold]
    fn missing(&self, operation: &Operation) -> Error {
        if self.0.iter().all(|(_, credentials)| credentials.is_none()) {
            return missing(operation, NONE_GIVEN);
        }
        let names = |schemes: &Alternative| {
            let names = schemes.iter().map(|scheme| format!("`{}`", scheme.name));
            names.collect::<Vec<_>>().join(" and ")
        };
        let needed: Vec<_> = operation.security.iter().map(names).collect();
        missing(
            operation,
            &format!(
                "it needs other credentials than were given: {}",
                needed.join(", or ")
            ),
        )
    }

    /// The server refused these credentials: forgets those that can be renewed. Whether a new attempt gets others.
    pub(super) fn refuse(&self, operation: &Operation, given: &[Given]) -> bool {
        let mut renewable = false;
        for (credentials, login) in self.logins(given) {
            renewable |= credentials.refuse(operation, login);
        }
        renewable
    }

    /// The server refused credentials that were renewed for this call.
    pub(super) fn renewal_was_futile(&self, operation: &Operation) {
        for (_, credentials) in &self.0 {
            credentials.renewal_was_futile(operation);
        }
    }

    /// The server accepted these credentials for this operation.
    pub(super) fn accepted(&self, operation: &Operation, given: &[Given]) {
        for (credentials, _) in self.logins(given) {
            credentials.accepted(operation);
        }
    }

    fn logins(&self, given: &[Given]) -> impl Iterator<Item = (&Credentials, u64)> {
        let logins = given.iter().filter_map(|given| given.login);
        logins.filter_map(|(index, login)| Some((&self.0.get(index)?.1, login)))
    }

    /// A credential that is in the body.
    pub(super) fn field(&self, operation: &Operation, name: &str) -> Result<&Secret, Error> {
        let mut all = self.0.iter().map(|(_, credentials)| credentials);
        match all.find_map(|credentials| credentials.field(name)) {
            Some(secret) => Ok(secret),
            None if self.0.iter().all(|(_, credentials)| credentials.is_none()) => {
                Err(missing(operation, NONE_GIVEN))
            }
            None => Err(missing(
                operation,
                "it needs a credential that was not given",
            )),
        }
    }

    /// All secrets that are known.
    pub(super) fn secrets(&self, given: &[Given]) -> Vec<Secret> {
        let mut all = Vec::new();
        for (_, credentials) in &self.0 {
            all.append(&mut credentials.secrets());
        }
        for given in given {
            all.push(given.secret.clone());
        }
        all
    }
}

const NONE_GIVEN: &str = "it needs credentials: give them to the builder";
