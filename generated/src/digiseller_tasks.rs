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
        let id = match reply {
            PricesTask::Id(id) => id,
            PricesTask::Reference(reference) => reference.task_id,
        };
        Self {
            id,
            products: prices.iter().map(|price| price.product_id).collect(),
        }
    }
}

/// How a [`Task`] ended.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskOutcome {
    /// The products that were changed: those of the task that did not fail. Empty where the report does not add up (it counts
    /// failures that it does not name, or names no product), because nobody can tell then.
    pub succeeded: Vec<i64>,
    /// The products that failed, with the server's words.
    pub failed: Vec<FailedProduct>,
    /// Failures that the report counts and does not name.
    pub unnamed_failures: usize,
    /// The server's report.
    pub report: TaskReport,
}

impl TaskOutcome {
    /// Whether the server says that every product was changed.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.report.status == TaskStatus::Done
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
    /// Waits until a task has ended, and tells what became of each of its products. Asks with growing pauses, as `wait` says
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

fn outcome(task: &Task, report: TaskReport) -> TaskOutcome {
    let failed: Vec<FailedProduct> = report
        .errors_descriptions
        .iter()
        .flatten()
        .map(|error| FailedProduct {
            product: error.key.clone(),
            message: error.value.clone(),
        })
        .collect();
    // Collecting would compile a sort as well.
    let mut failed_ids = BTreeSet::new();
    failed_ids.extend(failed.iter().filter_map(FailedProduct::id));
    let counted = usize::try_from(report.error_count).unwrap_or(0);
    // A product may fail for two reasons, and a name may be none.
    let unnamed_failures = counted.saturating_sub(failed_ids.len());
    let mut succeeded: Vec<i64> = task
        .products
        .iter()
        .copied()
        .filter(|id| !failed_ids.contains(id))
        .collect();
    let adds_up = unnamed_failures == 0
        && failed.iter().all(|failure| failure.id().is_some())
        && usize::try_from(report.success_count).is_ok_and(|count| count == succeeded.len());
    if !adds_up {
        succeeded.clear();
    }
    TaskOutcome {
        succeeded,
        failed,
        unnamed_failures,
        report,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digiseller::TaskError;

    fn report(status: TaskStatus, errors: i32, named: &[&str]) -> TaskReport {
        TaskReport {
            task_id: "t".into(),
            status,
            success_count: 3 - errors,
            error_count: errors,
            total_count: 3,
            errors_descriptions: Some(
                named
                    .iter()
                    .map(|key| TaskError::new(*key, "not found"))
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
            success_count: 0,
            error_count: 0,
            ..report(TaskStatus::Error, 0, &[])
        };
        let outcome = outcome(&task, silent);
        assert!(!outcome.is_complete() && outcome.succeeded.is_empty());
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
