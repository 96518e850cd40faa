//! What stands before an upstream: so many questions at once, each for so long, and none while it keeps failing.

use std::{future::Future, sync::Arc, time::Duration};

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
