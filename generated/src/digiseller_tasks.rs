//! Waiting for Digiseller's tasks: bulk changes answer at once and are carried out later.

use std::collections::BTreeSet;

use lavka_runtime::Error;
use lavka_runtime::client::{Wait, wait_for};

use crate::digiseller::operations::GET_TASK_STATUS;
use crate::digiseller::{Client, PriceUpdate, PricesTask, SetStatus, TaskReport, TaskStatus};

/// A bulk change that the server carries out, and the products that it is for: the server's report names only those that
/// failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The task's identifier.
    pub id: String,
    /// The products that it is to change.
    pub products: Vec<i64>,
}

impl Task {
    /// The task that [`Client::set_status`] answered for this request.
    #[must_use]
    pub fn of_status(id: impl Into<String>, request: &SetStatus) -> Self {
        Self {
            id: id.into(),
            products: request.products.clone(),
        }
    }

    /// The task that [`Client::set_prices`] answered for these prices.
    #[must_use]
    pub fn of_prices(reply: PricesTask, prices: &[PriceUpdate]) -> Self {
        Self {
            id: reply.into_id(),
            products: prices.iter().map(|price| price.product_id).collect(),
        }
    }
}

impl PricesTask {
    /// The task's identifier, whichever form it came in.
    #[must_use]
    pub fn into_id(self) -> String {
        match self {
            Self::Id(id) => id,
            Self::Reference(reference) => reference.task_id,
        }
    }
}

/// How a [`Task`] ended.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TaskOutcome {
    /// The products that were changed: those of the task that did not fail. Empty where `adds_up` is false, because nobody can
    /// tell then.
    pub succeeded: Vec<i64>,
    /// The products of the task that failed, with the server's words.
    pub failed: Vec<FailedProduct>,
    /// Failures that the report counts, beyond those in `failed`.
    pub unnamed_failures: usize,
    /// Whether the report fits the task: its counts are those of `succeeded` and `failed`, and every failure that it names is a
    /// product of the task. Names that are not are in `report` only.
    pub adds_up: bool,
    /// The server's report.
    pub report: TaskReport,
}

impl TaskOutcome {
    /// Whether the server says that every product was changed.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.report.status == TaskStatus::Done
            && self.adds_up
            && self.failed.is_empty()
            && self.unnamed_failures == 0
    }
}

/// A product that a task could not change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedProduct {
    /// The product's identifier as the server names it: decimal digits.
    pub product: String,
    /// What the server says.
    pub message: String,
}

impl FailedProduct {
    /// The product's identifier, where it is a number.
    #[must_use]
    pub fn id(&self) -> Option<i64> {
        self.product.trim().parse().ok()
    }
}

impl Client {
    /// Waits until a task has ended, and reports what became of each of its products. Asks with growing pauses, as `wait` says
    /// (default: from 1 s to 30 s, for 10 minutes at most). A task that ended with failures is no error: the outcome
    /// names them.
    ///
    /// # Errors
    /// Where the status cannot be asked for, or the task has not ended in time; it may still end well.
    pub async fn wait_for_task(&self, task: &Task, wait: &Wait) -> Result<TaskOutcome, Error> {
        let report = wait_for(&GET_TASK_STATUS, wait, async || {
            let report = self.get_task_status(&task.id).await?;
            Ok(matches!(report.status, TaskStatus::Done | TaskStatus::Error).then_some(report))
        })
        .await?;
        Ok(outcome(task, report))
    }
}

/// A number of the report, where it gives one.
fn count(number: Option<i32>) -> Option<usize> {
    number.and_then(|number| usize::try_from(number).ok())
}

fn outcome(task: &Task, report: TaskReport) -> TaskOutcome {
    let mut failed = Vec::new();
    // A product may fail for two reasons. Collecting would compile a sort as well.
    let mut failed_ids = BTreeSet::new();
    let mut adds_up = true;
    for error in report.errors_descriptions.iter().flatten() {
        let failure = FailedProduct {
            product: error.key.clone(),
            message: error.value.clone().unwrap_or_default(),
        };
        match failure.id().filter(|id| task.products.contains(id)) {
            Some(id) => {
                failed_ids.insert(id);
                failed.push(failure);
            }
            None => adds_up = false,
        }
    }
    let unnamed_failures = count(report.error_count)
        .unwrap_or(0)
        .saturating_sub(failed_ids.len());
    let mut succeeded: Vec<i64> = task
        .products
        .iter()
        .copied()
        .filter(|id| !failed_ids.contains(id))
        .collect();
    let fits = |number, expected| count(number).is_none_or(|count| count == expected);
    // Counts of a task that failed, and of which it is not said for what, prove nothing.
    let is_told =
        report.status != TaskStatus::Error || report.error_count.is_some() || !failed.is_empty();
    adds_up &= is_told
        && unnamed_failures == 0
        && fits(report.success_count, succeeded.len())
        && fits(report.total_count, task.products.len());
    if !adds_up {
        succeeded.clear();
    }
    TaskOutcome {
        succeeded,
        failed,
        unnamed_failures,
        adds_up,
        report,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digiseller::TaskError;

    fn report(status: TaskStatus, errors: i32, named: &[&str]) -> TaskReport {
        TaskReport {
            task_id: Some("t".into()),
            status,
            success_count: Some(3 - errors),
            error_count: Some(errors),
            total_count: Some(3),
            errors_descriptions: Some(
                named
                    .iter()
                    .map(|key| TaskError {
                        key: (*key).into(),
                        value: Some("not found".into()),
                    })
                    .collect(),
            ),
        }
    }

    #[test]
    fn what_did_not_fail_succeeded() {
        let task = Task {
            id: "t".into(),
            products: vec![1, 2, 3],
        };
        let outcome = outcome(&task, report(TaskStatus::Error, 1, &["2"]));
        assert_eq!(
            (outcome.succeeded.as_slice(), outcome.failed[0].id()),
            ([1, 3].as_slice(), Some(2))
        );
        assert!(!outcome.is_complete());
    }

    #[test]
    fn nobody_is_called_a_success_while_failures_are_unnamed() {
        let task = Task {
            id: "t".into(),
            products: vec![1, 2, 3],
        };
        let outcome = outcome(&task, report(TaskStatus::Error, 2, &["2"]));
        assert_eq!((outcome.succeeded.len(), outcome.unnamed_failures), (0, 1));
    }

    #[test]
    fn a_task_that_ended_with_an_error_is_never_complete() {
        let task = Task {
            id: "t".into(),
            products: vec![1, 2, 3],
        };
        let silent = TaskReport {
            success_count: Some(0),
            error_count: Some(0),
            ..report(TaskStatus::Error, 0, &[])
        };
        let outcome = outcome(&task, silent);
        assert!(!outcome.is_complete() && outcome.succeeded.is_empty());
    }

    #[test]
    fn a_product_of_another_task_is_not_named() {
        let task = Task {
            id: "t".into(),
            products: vec![1, 2, 3],
        };
        let outcome = outcome(&task, report(TaskStatus::Error, 1, &["4"]));
        assert!(outcome.failed.is_empty() && outcome.succeeded.is_empty() && !outcome.adds_up);
        assert_eq!(outcome.unnamed_failures, 1);
    }

    #[test]
    fn a_report_without_counts_is_taken_at_its_word() {
        let task = Task {
            id: "t".into(),
            products: vec![1, 2, 3],
        };
        let reduced = |status, named: &[&str]| TaskReport {
            task_id: None,
            success_count: None,
            error_count: None,
            total_count: None,
            ..report(status, 0, named)
        };
        let done = outcome(&task, reduced(TaskStatus::Done, &[]));
        assert!(done.is_complete() && done.succeeded == [1, 2, 3]);
        let partly = outcome(&task, reduced(TaskStatus::Error, &["2"]));
        assert!(partly.adds_up && partly.succeeded == [1, 3]);
        let silent = outcome(&task, reduced(TaskStatus::Error, &[]));
        assert!(!silent.adds_up && silent.succeeded.is_empty());
    }

    #[test]
    fn counts_that_do_not_fit_are_reported() {
        let task = Task {
            id: "t".into(),
            products: vec![1, 2],
        };
        let outcome = outcome(&task, report(TaskStatus::Done, 0, &[]));
        assert!(!outcome.adds_up && !outcome.is_complete() && outcome.succeeded.is_empty());
    }

    #[test]
    fn a_name_that_is_no_product_proves_nothing() {
        let task = Task {
            id: "t".into(),
            products: vec![1, 2, 3],
        };
        let outcome = outcome(&task, report(TaskStatus::Error, 1, &["?"]));
        assert_eq!((outcome.succeeded.len(), outcome.unnamed_failures), (0, 1));
    }
}
