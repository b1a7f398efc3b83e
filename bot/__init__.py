"""The assistant: intent, risk, policy, wording, and the service around them."""
