//! How fast a client of the API may ask.

use crate::simulate::timings::Timings;
use crate::simulate::world::Millis;

/// The token bucket of a client: so many requests go at once, and then one after each interval, in the order in which they
/// were asked for.
/// Source: kubernetes/client-go rest/config.go, `DefaultQPS`, `DefaultBurst`, and rest/request.go, `tryThrottle`.
#[derive(Clone, Debug, Default)]
pub(super) struct Limiter {
    /// When all tokens are there again.
    full: Millis,
}

impl Limiter {
    /// When the next request may go, asked for now.
    pub(super) fn free(&self, now: Millis, timings: &Timings) -> Millis {
        let Timings {
            client_burst,
            client_interval,
            ..
        } = timings;
        now.max(self.full - (client_burst - 1) * client_interval)
    }

    pub(super) fn take(&mut self, now: Millis, timings: &Timings) {
        self.full = self.full.max(now) + timings.client_interval;
    }

    /// Asks now for a request, and says when it goes.
    pub(super) fn ask(&mut self, now: Millis, timings: &Timings) -> Millis {
        let turn = self.free(now, timings);
        self.take(now, timings);
        turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_go_at_once_then_five_a_second() {
        let timings = Timings::real();
        let mut limiter = Limiter::default();
        let mut went = Vec::new();
        let mut now = 1000;
        for _ in 0..13 {
            now = limiter.free(now, &timings);
            limiter.take(now, &timings);
            went.push(now);
        }
        assert_eq!(went[..10], [1000; 10]);
        assert_eq!(went[10..], [1200, 1400, 1600]);
        // A pause brings back as many as fit into it, and never more than ten.
        assert_eq!(limiter.free(2000, &timings), 2000);
        let mut later = limiter.clone();
        let at_once = |limiter: &mut Limiter, now| {
            let mut count = 0;
            while limiter.free(now, &timings) == now {
                limiter.take(now, &timings);
                count += 1;
            }
            count
        };
        assert_eq!(at_once(&mut limiter, 2000), 2);
        assert_eq!(at_once(&mut later, 60_000), 10);
    }

    #[test]
    fn those_that_ask_together_wait_for_each_other() {
        let timings = Timings::real();
        let mut limiter = Limiter::default();
        let turns: Vec<Millis> = (0..12).map(|_| limiter.ask(1000, &timings)).collect();
        assert_eq!(turns[..10], [1000; 10]);
        assert_eq!(turns[10..], [1200, 1400]);
        assert_eq!(limiter.ask(1300, &timings), 1600);
    }
}
