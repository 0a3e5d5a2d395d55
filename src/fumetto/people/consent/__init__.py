"""What somebody has agreed to, or a guardian for them: receipts, policies, requests, and the age that it takes."""
