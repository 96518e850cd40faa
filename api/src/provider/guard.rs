//! What stands before an upstream: so many questions at once, each for so long, and none while it keeps failing.

use std::{future::Future, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use renzheng_types::admin::{ProviderCondition, ProviderState};
use tokio::sync::Semaphore;

use super::{Outage, breaker::Breaker};
use crate::clock::Clock;

pub struct Guard {
    breaker: Breaker,
    places: Arc<Semaphore>,
    answer_within: Duration,
    clock: Clock,
}

impl Guard {
    #[cfg(test)]
    pub fn free_places(&self) -> usize {
        self.places.available_permits()
    }

    /// `places` may be shared by several guards before the same upstream.
    pub fn new(places: Arc<Semaphore>, answer_within: Duration, clock: Clock) -> Self {
        Self {
            breaker: Breaker::default(),
            places,
            answer_within,
            clock,
        }
    }

    /// How the upstream behind it is.
    pub fn condition(&self, name: &str, serves: &str, now: DateTime<Utc>) -> ProviderCondition {
        let (failures, until) = self.breaker.condition();
        let until = until.filter(|until| *until > now);
        ProviderCondition {
            name: name.into(),
            serves: serves.into(),
            state: match (failures, until) {
                (_, Some(_)) => ProviderState::LeftAlone,
                (0, None) => ProviderState::Working,
                (_, None) => ProviderState::Failing,
            },
            failures,
            until,
        }
    }

    /// Whether nothing is asked now, after failures in a row.
    pub fn is_left_alone(&self) -> bool {
        let (_, until) = self.breaker.condition();
        until.is_some_and(|until| until > self.clock.now())
    }

    /// Asks, when that may be done now, and notes how it ended.
    pub async fn ask<T>(
        &self,
        question: impl Future<Output = Result<T, Outage>>,
    ) -> Result<T, Outage> {
        if !self.breaker.admit(self.clock.now()) {
            return Err(Outage::new("left alone after failures in a row"));
        }
        let asked = async {
            let place = self.places.acquire().await;
            let _place = place.map_err(Outage::new)?;
            question.await
        };
        let answer = tokio::time::timeout(self.answer_within, asked)
            .await
            .unwrap_or_else(|_| Err(Outage::new("time-out")));
        self.breaker.note(answer.is_ok(), self.clock.now());
        answer
    }
}
