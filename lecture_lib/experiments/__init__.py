"""The lectures' figures as experiments: one figure a module, numbers in, a frozen result out."""
