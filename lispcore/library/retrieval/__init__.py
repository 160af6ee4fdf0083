"""Finding texts by their meaning: embeddings, rankings and vector stores."""
