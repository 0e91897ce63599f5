//! Checks of an API's own material: does every sample fit the spec, and is there one for every reply?

use serde_json::Value;

use crate::api::{Api, Operation, Payload};
use crate::media::Media;
use crate::problem::Problem;
use crate::sample::Direction;
use crate::schema::Checker;

impl Api {
    /// What is wrong with the samples: those that do not fit their schema, and replies that have none.
    ///
    /// Each problem's place names the sample's file or the operation. An empty list means that every sample fits and
    /// that every operation can be answered in each documented format. A value that only an enumeration lacks is reported
    /// here, although the sandbox lets it pass where a request sample shows it.
    #[must_use]
    pub fn check_samples(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for operation in &self.operations {
            for sample in &operation.samples {
                self.check_sample(operation, sample, &mut problems);
            }
            missing(operation, &mut problems);
        }
        problems
    }

    fn check_sample(&self, operation: &Operation, sample: &Payload, problems: &mut Vec<Problem>) {
        let file = file_name(operation, sample);
        let media = match sample.direction {
            Direction::Request => operation
                .request
                .as_ref()
                .map(|request| request.media.as_slice()),
            Direction::Response => match sample.status {
                Some(status) => operation.reply(status).map(|reply| reply.media.as_slice()),
                None => operation.success().map(|(_, reply)| reply.media.as_slice()),
            },
        };
        let fits = |media: &&Media| {
            media.sample_format() == Some(sample.format)
                || (media.bare_string && sample.format == crate::SampleFormat::Text)
        };
        let Some(media) = media.and_then(|media| media.iter().find(fits)) else {
            problems.push(Problem::new(
                &file,
                "a documented body in this format",
                "none",
            ));
            return;
        };
        let value = match media.value(&self.document, self.dialect, &sample.bytes) {
            Ok(value) => value,
            Err(faults) => {
                problems.extend(faults.into_iter().map(|fault| fault.within(&file)));
                return;
            }
        };
        let any = Value::Object(serde_json::Map::new());
        let schema = media.schema.as_ref().unwrap_or(&any);
        match Checker::new(&self.document, schema, sample.direction) {
            Err(fault) => problems.push(Problem::new(&file, "a schema", fault)),
            Ok(checker) => {
                let faults = media.check(
                    &self.document,
                    self.dialect,
                    &checker,
                    &value,
                    &sample.bytes,
                    &|_, _| false,
                );
                problems.extend(faults.into_iter().map(|fault| fault.within(&file)));
            }
        }
    }
}

/// Formats of the operation's success that have no sample.
fn missing(operation: &Operation, problems: &mut Vec<Problem>) {
    let Some((status, reply)) = operation.success() else {
        problems.push(Problem::new(&operation.id, "a documented success", "none"));
        return;
    };
    for media in &reply.media {
        if operation.sample(status, true, media, None).is_none() {
            let place = format!("{} in {}", operation.id, media.name);
            problems.push(Problem::new(place, "a sample of the reply", "none"));
        }
    }
}

fn file_name(operation: &Operation, sample: &Payload) -> String {
    let direction = match (sample.direction, sample.status) {
        (Direction::Request, _) => "request".to_owned(),
        (Direction::Response, None) => "response".to_owned(),
        (Direction::Response, Some(status)) => format!("response.{status}"),
    };
    format!(
        "{}.{}.{direction}.{}",
        operation.id, sample.case, sample.format
    )
}
