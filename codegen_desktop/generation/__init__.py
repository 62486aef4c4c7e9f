"""Stage 4: write code with a trained model, record why each token was chosen, and check the result."""
