"""What is known of a program: analyses that read the core forms and write down what they find."""
