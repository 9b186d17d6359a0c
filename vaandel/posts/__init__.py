"""What is offered to ambassadors: posts with angles and pictures, and what colleagues send in."""
